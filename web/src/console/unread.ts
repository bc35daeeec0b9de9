import { useEffect, useState } from 'react'
import type { Contact } from '../state/frames'

const KEPT = 'hotline.read'

/** How many lines of customers came since a conversation was last open here. */
export function useUnread(contacts: readonly Contact[], openId: string | null): (contact: Contact) => number {
  const [read, setRead] = useState<Record<string, string>>(() => JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Record<string, string>)
  const last = contacts.find((each) => each.contact_id === openId)?.messages.at(-1)?.message_id
  useEffect(() => {
    if (!openId || !last) return
    setRead((before) => {
      if (before[openId] === last) return before
      const next = { ...before, [openId]: last }
      sessionStorage.setItem(KEPT, JSON.stringify(next))
      return next
    })
  }, [openId, last])
  return (contact) => {
    if (contact.contact_id === openId) return 0
    const place = contact.messages.findIndex((message) => message.message_id === read[contact.contact_id])
    return contact.messages.slice(place + 1).filter((message) => message.from === 'customer').length
  }
}
