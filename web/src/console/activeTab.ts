import { Store } from '../live/store'

const NAME = 'hotline-console'

/** One window of a browser rings and speaks; the others show. Taking over is one click. */
export class ActiveTab {
  readonly active = new Store(false)
  private release: (() => void) | null = null
  private stopped = false

  start(): void {
    this.stopped = false
    if (!('locks' in navigator)) {
      this.active.set(true)
      return
    }
    void this.hold({})
  }

  take(): void {
    if ('locks' in navigator) void this.hold({ steal: true })
  }

  stop(): void {
    this.stopped = true
    this.release?.()
  }

  private async hold(options: LockOptions): Promise<void> {
    try {
      await navigator.locks.request(NAME, options, () => {
        if (this.stopped) return undefined
        this.active.set(true)
        return new Promise<void>((resolve) => {
          this.release = resolve
        })
      })
    } catch {
      // Another window has taken it; stand in line for the day when that one closes.
    }
    this.active.set(false)
    if (!this.stopped) void this.hold({})
  }
}
