import { afterEach, expect, it, vi } from 'vitest'
import { ActiveTab } from './activeTab'

/** The browser's locks: one holder, others in line, and a holder who is robbed is told so. */
class Locks {
  private line: (() => void)[] = []
  private rob: ((reason: unknown) => void) | null = null
  async request(_: string, options: LockOptions, work: () => Promise<void> | undefined): Promise<void> {
    if (options.steal) this.rob?.(new Error('stolen'))
    else if (this.rob) await new Promise<void>((resume) => this.line.push(resume))
    const robbed = new Promise<void>((_, reject) => (this.rob = reject))
    await Promise.race([work(), robbed])
    this.rob = null
    this.line.shift()?.()
  }
}

function kept(): Storage {
  const values = new Map<string, string>()
  const get = (name: string) => values.get(name) ?? null
  return { getItem: get, setItem: (name: string, value: string) => void values.set(name, value), removeItem: (name: string) => void values.delete(name) } as unknown as Storage
}

afterEach(() => vi.unstubAllGlobals())

async function opened(storage: Storage, isReload: boolean): Promise<ActiveTab> {
  vi.stubGlobal('sessionStorage', storage)
  const tab = new ActiveTab(() => isReload)
  tab.start()
  await vi.waitFor(() => undefined)
  return tab
}

it('stays the one in use when it is loaded again, though another window stood in line', async () => {
  vi.stubGlobal('navigator', { locks: new Locks() })
  const mine = kept()
  const before = await opened(mine, false)
  await vi.waitFor(() => expect(before.active.get()).toBe(true))
  const other = await opened(kept(), false)
  expect(other.active.get()).toBe(false)
  const again = await opened(mine, true)
  await vi.waitFor(() => expect(again.active.get()).toBe(true))
  expect(other.active.get()).toBe(false)
})

it('takes nothing from the window in use when it was none itself, or is opened anew', async () => {
  vi.stubGlobal('navigator', { locks: new Locks() })
  const mine = kept()
  const first = await opened(mine, false)
  await vi.waitFor(() => expect(first.active.get()).toBe(true))
  const passive = await opened(kept(), true)
  const anew = await opened(mine, false)
  expect([first.active.get(), passive.active.get(), anew.active.get()]).toEqual([true, false, false])
})
