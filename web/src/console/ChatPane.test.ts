import { expect, test } from 'vitest'
import type { Message } from '../state/frames'
import { isMine, takenOf } from './ChatPane'

const line = (message_id: string, from: Message['from'], text: string, choices?: string[]): Message => ({ contact_id: 'c', message_id, from, text, at: message_id, ...(choices && { choices }) })
const asked = line('1', 'hotline', 'Please choose', ['Fault', 'Bill'])

test('the choice that the customer took is the one they answered with', () => {
  expect(takenOf([asked, line('2', 'customer', 'Bill'), line('3', 'hotline', 'Your bill')], asked)).toBe('Bill')
})

test('words of their own, a further question of the service and silence take none', () => {
  expect(takenOf([asked, line('2', 'customer', 'no power at home')], asked)).toBeNull()
  expect(takenOf([asked, line('2', 'hotline', 'Please choose', ['Fault']), line('3', 'customer', 'Fault')], asked)).toBeNull()
  expect(takenOf([asked], asked)).toBeNull()
})

test('what an agent says in between hides no choice', () => {
  expect(takenOf([asked, line('2', 'agent', 'Hello'), line('3', 'customer', 'Fault')], asked)).toBe('Fault')
})

test('the words of the agent who had the chat before are not one\'s own', () => {
  const written = { ...line('2', 'agent', 'Hello'), by: { agent_no: '1001', name: 'Person 1001' } }
  expect(isMine(written, '1001')).toBe(true)
  expect(isMine(written, '1002')).toBe(false)
  expect(isMine(line('2', 'agent', 'Hello'), '1002')).toBe(true)
  expect(isMine(asked, '1001')).toBe(false)
})
