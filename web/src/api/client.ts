import { lang } from '../i18n'
import type { components } from './schema'

export type Schemas = components['schemas']
export type Viewer = Schemas['AgentShape']

/** A refusal of the service: its `code` is stable, `detail` a sentence for people. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Names of the fields that do not fit, where the service names them. */
    readonly fields: readonly string[] = [],
  ) {
    super(detail || code)
  }
}

let csrf = ''
let onLoggedOut: () => void = () => undefined
let onNoNetwork: () => void = () => undefined

export function setCsrf(token: string): void {
  csrf = token
}
/** Told whenever a request found no network. */
export function whenNoNetwork(act: () => void): void {
  onNoNetwork = act
}
export function whenLoggedOut(act: () => void): void {
  onLoggedOut = act
}

type Query = Record<string, string | number | boolean | null | undefined>
interface Options {
  query?: Query
  body?: unknown
  key?: string
  signal?: AbortSignal
}

function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text ? `${path}?${text}` : path
}

async function ask<Reply>(method: string, path: string, options: Options = {}): Promise<Reply> {
  const headers: Record<string, string> = { 'Accept-Language': lang.get() }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (options.key) headers['Idempotency-Key'] = options.key
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    const body = options.body === undefined ? null : JSON.stringify(options.body)
    answer = await fetch(address(path, options.query), { method, headers, body, signal: options.signal ?? null })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    onNoNetwork()
    throw new Refusal(0, 'no_network', '')
  }
  if (answer.status === 204) return undefined as Reply
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text) as Reply
  const problem = parsed(text)
  if (answer.status === 401 && path !== '/api/session') onLoggedOut()
  throw new Refusal(answer.status, String(problem.code ?? 'internal_error'), String(problem.detail ?? ''), fieldsOf(problem))
}

function fieldsOf({ errors }: Record<string, unknown>): string[] {
  const places = Array.isArray(errors) ? (errors as { at?: unknown[] }[]) : []
  return places.flatMap(({ at }) => (at?.length ? [String(at.at(-1))] : []))
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** The path of a thing: its parts are escaped. */
export function path(...parts: string[]): string {
  return '/api/' + parts.map(encodeURIComponent).join('/')
}

export const api = {
  get: <Reply>(where: string, query?: Query, signal?: AbortSignal) =>
    ask<Reply>('GET', where, { ...(query && { query }), ...(signal && { signal }) }),
  post: <Reply>(where: string, body?: unknown, key?: string) =>
    ask<Reply>('POST', where, { ...(body !== undefined && { body }), ...(key && { key }) }),
  patch: <Reply>(where: string, body: unknown) => ask<Reply>('PATCH', where, { body }),
  remove: (where: string) => ask<void>('DELETE', where),
}
export interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}
