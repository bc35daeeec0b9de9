/**
 * The service worker of `/field`: answers the page and its files from what is kept when there is no network. It never
 * keeps anything of `/api/`: what people see comes from the service or from the page's own memory.
 */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Asked extends Extendable {
  request: Request
  respondWith(answer: Promise<Response>): void
}
interface Told extends Extendable {
  data: { type: string; paths: string[] }
}
interface Scope {
  location: Location
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(kind: 'install' | 'activate', act: (event: Extendable) => void): void
  addEventListener(kind: 'fetch', act: (event: Asked) => void): void
  addEventListener(kind: 'message', act: (event: Told) => void): void
}
const scope = self as unknown as Scope
const KEPT = 'hotline-field'
const PATIENCE_MS = 4000

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('message', (event) => {
  if (event.data.type === 'keep') event.waitUntil(keep(event.data.paths))
})
scope.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== scope.location.origin) return
  if (url.pathname === '/field') event.respondWith(freshOrKept(event.request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(keptOrFetched(event.request))
})

/** Exactly these files from now on; those of an older build go. */
async function keep(paths: string[]): Promise<void> {
  const kept = await caches.open(KEPT)
  await Promise.all(
    paths.map(async (path) => {
      if (path !== '/field' && (await kept.match(path))) return
      const answer = await fetch(path)
      if (answer.ok) await kept.put(path, answer)
    }),
  )
  const wanted = new Set(paths)
  for (const request of await kept.keys()) if (!wanted.has(new URL(request.url).pathname)) await kept.delete(request)
}

async function freshOrKept(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request.url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    if (answer.status < 500) return answer
    return (await keptFor('/field')) ?? answer
  } catch (error) {
    const kept = await keptFor('/field')
    if (kept) return kept
    throw error
  }
}

/** Files carry a hash of their content in their name: what is kept is right. */
async function keptOrFetched(request: Request): Promise<Response> {
  return (await keptFor(new URL(request.url).pathname)) ?? fetch(request)
}

async function keptFor(path: string): Promise<Response | undefined> {
  return (await caches.open(KEPT)).match(path)
}
export {}
