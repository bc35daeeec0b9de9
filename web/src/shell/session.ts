import { api, Refusal, type Schemas, setCsrf, type Viewer, whenLoggedOut } from '../api/client'
import { useZone } from '../i18n/formats'
import { Store } from '../live/store'
import { mayUse, pageOfPath } from './pages'

/** Who uses this page. `ended`: the log-in is gone while the page is open; what was typed stays. */
export interface Session {
  viewer: Viewer | null
  ended: boolean
  known: boolean
  /** How a browser's leg is heard here. */
  voice: Schemas['LoggedIn']['voice']
}

export const session = new Store<Session>({ viewer: null, ended: false, known: false, voice: 'none' })

const KEPT = 'hotline.viewer'
const LOGGED_IN = 'hotline.logged_in'

/** On site there is not always a network: who was last logged in on this phone goes on seeing what it has kept. */
export function stayWithoutNetwork(): void {
  const kept = pageOfPath(location.pathname) === 'field' ? localStorage.getItem(KEPT) : null
  const last = kept ? (JSON.parse(kept) as { viewer: Viewer; tz: string }) : null
  if (last) useZone(last.tz)
  session.update((now) => ({ ...now, viewer: now.viewer ?? last?.viewer ?? null, known: true }))
}

/** What this phone keeps of others is gone with the log-in; steps that are still to be sent stay. */
function forget(): void {
  for (const name of Object.keys(localStorage)) if (name === KEPT || name === LOGGED_IN || name.startsWith('hotline.field.seen')) localStorage.removeItem(name)
}

function loggedIn(reply: Schemas['LoggedIn']): void {
  const before = session.get().viewer
  if (before && before.agent_no !== reply.agent.agent_no) {
    location.reload()
    return
  }
  setCsrf(reply.csrf_token)
  useZone(reply.tz)
  if (mayUse(reply.agent.role, 'field')) localStorage.setItem(KEPT, JSON.stringify({ viewer: reply.agent, tz: reply.tz }))
  localStorage.setItem(LOGGED_IN, reply.agent.agent_no)
  session.set({ viewer: reply.agent, ended: false, known: true, voice: reply.voice })
}

function loggedOut(): void {
  localStorage.removeItem(LOGGED_IN)
  session.update((now) => ({ ...now, ended: now.viewer !== null, known: true }))
}

export async function logIn(agent_no: string, password: string): Promise<void> {
  loggedIn(await api.post<Schemas['LoggedIn']>('/api/session', { agent_no, password }))
}

export async function logOut(): Promise<void> {
  try {
    await api.remove('/api/session')
  } finally {
    forget()
    location.reload()
  }
}

/** Who is logged in, when a page opens. A browser in which nobody has logged in is not asked for it. */
export async function firstSession(): Promise<void> {
  if (localStorage.getItem(LOGGED_IN)) await checkSession()
  else session.update((now) => ({ ...now, known: true }))
}

/** Whether the log-in holds; unknown (no network) counts as yes. */
export async function checkSession(): Promise<boolean> {
  try {
    loggedIn(await api.get<Schemas['LoggedIn']>('/api/me'))
    return true
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      loggedOut()
      return false
    }
    throw error
  }
}

whenLoggedOut(loggedOut)
