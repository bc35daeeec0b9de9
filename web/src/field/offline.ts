/** Lets `/field` open without a network: its files are kept by a service worker, told which ones this page uses. */
export async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/field-worker.js', { scope: '/field' })
  const worker = (await navigator.serviceWorker.ready).active
  const loaded = performance.getEntriesByType('resource').map((entry) => new URL(entry.name))
  const files = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith('/assets/'))
  worker?.postMessage({ type: 'keep', paths: ['/field', ...new Set(files.map((url) => url.pathname))] })
}
