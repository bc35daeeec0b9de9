import { expect, test } from 'vitest'
import type { Contact } from '../state/frames'
import { actionsFor } from './actions'
import type { Desk } from './desk'

const call = { contact_id: 'c', channel: 'voice', mode: 'phone', kind: 'contact', state: 'talking', asked_by: null } as Contact
const offered = (contact: Contact) => actionsFor({
  desk: {} as Desk, contact, usable: true, consulting: false, legStands: true, tell: () => {}, onTransfer: () => {}, onEnd: () => {}, onKeypad: () => {}, onHelped: () => {},
})

test('who is only asked about a call does not hand it on, who has it does', () => {
  expect(offered(call).transfer).not.toBeNull()
  expect(offered({ ...call, kind: 'consult', asked_by: { agent_no: '1001', name: 'Person 1001' } }).transfer).toBeNull()
})
