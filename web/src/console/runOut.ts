import { useEffect, useRef, useState } from 'react'
import type { Contact } from '../state/frames'
import type { Finished } from './WrapUp'

/** A wrap-up that ended by its time while it was open; `kept`: whether something had been entered. */
export interface RunOut {
  contact: Contact
  kept: boolean
}

/** What the open contact became, now that it is no longer in hand: nothing to be told where the agent finished it. */
export function runOutOf(open: Contact | null, inHand: readonly Pick<Contact, 'contact_id'>[], by: Finished | null): RunOut | null {
  if (!open || open.state !== 'wrapping' || by === 'hand') return null
  return inHand.some((each) => each.contact_id === open.contact_id) ? null : { contact: open, kept: by === 'clock' }
}

/** Stays with a contact whose wrap-up ran out until the agent chooses: no other customer takes its place under a click. */
export function useRunOut(open: Contact | null, inHand: readonly Contact[]) {
  const before = useRef<Contact | null>(null)
  const finished = useRef<{ contactId: string; by: Finished | null } | null>(null)
  const [over, setOver] = useState<RunOut | null>(null)
  const by = finished.current?.contactId === before.current?.contact_id ? (finished.current?.by ?? null) : null
  const gone = inHand.length ? (over ?? runOutOf(before.current, inHand, by)) : null
  useEffect(() => {
    if (gone !== over) setOver(gone)
    before.current = gone ? null : open
  })
  return {
    over: gone,
    leave: () => setOver(null),
    finish: (contactId: string, who: Finished | null) => {
      finished.current = { contactId, by: who }
    },
  }
}
