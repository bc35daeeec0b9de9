import type { Contact } from '../state/frames'
import { isCall } from './Lists'

type Shown = Pick<Contact, 'contact_id' | 'channel' | 'mode' | 'muted'>

/** Whether the call is muted since what was shown before; null without a change: a frame that was on its way before this
 * window's own mute must not undo it. */
export function mutedAnew(before: readonly Shown[], now: readonly Shown[]): boolean | null {
  const was = (id: string) => Boolean(before.find((each) => each.contact_id === id)?.muted)
  const changed = now.find((each) => isCall(each) && Boolean(each.muted) !== was(each.contact_id))
  return changed ? Boolean(changed.muted) : null
}
