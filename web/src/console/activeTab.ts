import { Store } from '../live/store'

const NAME = 'hotline-console'
const MARK = 'hotline.here'

function reloaded(): boolean {
  const [how] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return how?.type === 'reload'
}

/** One window of a browser rings and speaks; the others show. Taking over is one click, and is kept through a reload. */
export class ActiveTab {
  readonly active = new Store(false)
  private release: (() => void) | null = null
  private stopped = false

  constructor(private readonly isReload: () => boolean = reloaded) {}

  start(): void {
    this.stopped = false
    if (!('locks' in navigator)) {
      this.active.set(true)
      return
    }
    // While this page was loaded again the lock went to whichever window stood in line: it was never asked for there.
    void this.hold(sessionStorage.getItem(MARK) && this.isReload() ? { steal: true } : {})
  }

  take(): void {
    if ('locks' in navigator) void this.hold({ steal: true })
  }

  stop(): void {
    this.stopped = true
    sessionStorage.removeItem(MARK)
    this.release?.()
  }

  private async hold(options: LockOptions): Promise<void> {
    try {
      await navigator.locks.request(NAME, options, () => {
        if (this.stopped) return undefined
        sessionStorage.setItem(MARK, '1')
        this.active.set(true)
        return new Promise<void>((resolve) => {
          this.release = resolve
        })
      })
    } catch {
      // Another window has taken it; stand in line for the day when that one closes.
      sessionStorage.removeItem(MARK)
    }
    this.active.set(false)
    if (!this.stopped) void this.hold({})
  }
}
