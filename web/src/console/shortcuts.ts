import type { CallActions } from './CallBar'
import type { KeyAction } from './keys'

interface Given {
  /** Null where this window may not act now, or nothing rings. */
  accept: (() => void) | null
  decline: (() => void) | null
  dial: (() => void) | null
  setState: ((state: string) => void) | null
  actions: CallActions
  /** Whether a contact is open. */
  open: boolean
  written: boolean
  step: ((by: number) => void) | null
  /** Opens a tab of the workspace and puts the keyboard there. */
  tab(name: string, selector: string): void
  focus(selector: string): void
  toggleDay(): void
  showSummary(): void
  showKeys(): void
}

/** Every action of the console with its key, in the order in which `?` lists them; `run` null: not now. */
export function shortcutsFor(given: Given): readonly KeyAction[] {
  const { actions, open, step, setState, tab, focus } = given
  const whenOpen = (run: () => void) => (open ? run : null)
  const become = (state: string) => setState && (() => setState(state))
  return [
    { key: 'a', label: 'keys.accept', run: given.accept },
    { key: 'd', label: 'keys.decline', run: given.decline },
    { key: 'h', label: 'keys.hold', run: actions.hold },
    { key: 'm', label: 'keys.mute', run: actions.mute },
    { key: 'k', label: 'keys.keypad', run: actions.keypad },
    { key: 't', label: 'keys.transfer', run: actions.transfer },
    { key: 'j', label: 'keys.complete', run: actions.complete },
    { key: 'u', label: 'keys.cancel_transfer', run: actions.cancel },
    { key: 'x', label: 'keys.hang_up', run: actions.hangUp },
    { key: 'y', label: 'keys.help', run: actions.help },
    { key: 'n', label: 'keys.dial', run: given.dial },
    { key: 'p', label: 'keys.phrases', run: given.written ? () => document.querySelector<HTMLElement>('[data-phrases]')?.click() : null },
    { key: 'c', label: 'keys.say', run: whenOpen(() => document.querySelector<HTMLElement>('[data-say]')?.focus()) },
    { key: 'e', label: 'keys.verify', run: whenOpen(() => tab('customer', '[data-verify] input, [data-accounts][data-unchosen] button')) },
    { key: 'o', label: 'keys.order', run: whenOpen(() => tab('orders', '[data-order]')) },
    { key: 'w', label: 'keys.wrap', run: whenOpen(() => focus('[data-wrap] input')) },
    { key: ']', label: 'keys.next', run: step && (() => step(1)) },
    { key: '[', label: 'keys.previous', run: step && (() => step(-1)) },
    { key: 'v', label: 'keys.today', run: given.toggleDay },
    { key: 's', label: 'keys.summary', run: given.showSummary },
    { key: 'r', label: 'keys.available', run: become('available') },
    { key: 'b', label: 'keys.break', run: become('break') },
    { key: 'g', label: 'keys.training', run: become('training') },
    { key: 'f', label: 'keys.offline', run: become('offline') },
    { key: '?', label: 'keys.keys', run: given.showKeys },
  ]
}
