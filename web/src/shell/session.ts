import { api, Refusal, type Schemas, setCsrf, type Viewer, whenLoggedOut } from '../api/client'
import { useZone } from '../i18n/formats'
import { Store } from '../live/store'
import { mayUse, pageOfPath } from './pages'

/** Who uses this page. `ended`: the log-in is gone while the page is open; what was typed stays. */
export interface Session {
  viewer: Viewer | null
  ended: boolean
  known: boolean
}

export const session = new Store<Session>({ viewer: null, ended: false, known: false })

const KEPT = 'hotline.viewer'

/** On site there is not always a network: who was last logged in on this phone goes on seeing what it has kept. */
export function stayWithoutNetwork(): void {
  const kept = pageOfPath(location.pathname) === 'field' ? localStorage.getItem(KEPT) : null
  const last = kept ? (JSON.parse(kept) as { viewer: Viewer; tz: string }) : null
  if (last) useZone(last.tz)
  session.update((now) => ({ ...now, viewer: now.viewer ?? last?.viewer ?? null, known: true }))
}

/** What this phone keeps of others is gone with the log-in; steps that are still to be sent stay. */
function forget(): void {
  for (const name of Object.keys(localStorage)) if (name === KEPT || name.startsWith('hotline.field.seen')) localStorage.removeItem(name)
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
  session.set({ viewer: reply.agent, ended: false, known: true })
}

function loggedOut(): void {
  session.update((now) => ({ viewer: now.viewer, ended: now.viewer !== null, known: true }))
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
