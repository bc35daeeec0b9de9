import { expect, test } from 'vitest'
import type { Order } from '../state/frames'
import { withoutCrew } from './sending'

const contact = { contact_id: 'c1', order_no: null, danger: { order_no: '7', words: null } }
const order = (fields: Partial<Order>) => ({ order_no: '7', contact_id: 'c1', type: 'fault', state: 'accepted', to_listen: false, crew_no: null, ended_at: null, crew_asked: false, ...fields }) as Order
const shown = (fields: Partial<Order>) => withoutCrew(contact, [order(fields)]).length

test('danger that nobody goes to is called out until a crew has it', () => {
  expect(shown({})).toBe(1)
  expect(shown({ crew_asked: true, state: 'dispatched' })).toBe(1)
  expect(shown({ contact_id: 'earlier' })).toBe(1)
  expect(shown({ crew_no: '3001' })).toBe(0)
  expect(shown({ ended_at: '2026-03-02T02:00:00Z' })).toBe(0)
  expect(shown({ order_no: '8', contact_id: 'another' })).toBe(0)
  expect(shown({ state: 'not_ours' })).toBe(0)
})
