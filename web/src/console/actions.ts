import type { Contact } from '../state/frames'
import type { CallActions } from './CallBar'
import type { Desk } from './desk'
import { isCall } from './Lists'

interface Given {
  desk: Desk
  contact: Contact | null
  usable: boolean
  consulting: boolean
  legStands: boolean
  tell(error: unknown): void
  onTransfer(): void
  onKeypad(): void
  /** A written conversation, or a call whose caller waits on hold, is ended only when that was meant. */
  onEnd(contactId: string): void
  onHelped(): void
}

/** What may be done with this contact now; null is not to be offered. */
export function actionsFor(given: Given): CallActions {
  const { desk, contact, usable, tell } = given
  const nothing: CallActions = { hold: null, mute: null, keypad: null, transfer: null, complete: null, cancel: null, hangUp: null, help: null }
  if (!contact || !usable || contact.state === 'wrapping') return nothing
  const call = isCall(contact)
  const id = { contact_id: contact.contact_id }
  const end = (type: 'complete_transfer' | 'cancel_transfer') => () => void desk.endConsulting(type, contact.contact_id).catch(tell)
  if (contact.state === 'connecting') return { ...nothing, hangUp: () => void desk.giveUp(contact.contact_id).catch(tell) }
  return {
    hold: call && !given.consulting ? () => void desk.hold(contact).catch(tell) : null,
    mute: call && given.legStands ? () => void desk.mute(contact).catch(tell) : null,
    keypad: call && contact.state === 'talking' ? given.onKeypad : null,
    transfer: contact.channel && !given.consulting && !contact.asked_by ? given.onTransfer : null,
    complete: contact.consult?.state === 'talking' ? end('complete_transfer') : null,
    cancel: given.consulting ? end('cancel_transfer') : null,
    hangUp: contact.channel && (!call || contact.state === 'held' || given.consulting) ? () => given.onEnd(contact.contact_id) : () => void desk.command('hang_up', id).catch(tell),
    help: contact.channel ? () => void desk.command('help', id).then(given.onHelped, tell) : null,
  }
}
