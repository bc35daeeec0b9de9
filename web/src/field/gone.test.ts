import { expect, test } from 'vitest'
import type { Snapshot } from '../state/frames'
import { missed, takenAway, toldOf } from './gone'

const crewNo = '3001'
const showing = (...orders: { order_no: string; crew_no: string | null; state: string }[]) => ({ orders }) as unknown as Snapshot
const mine = { order_no: '1', crew_no: crewNo, state: 'en_route' }

test.each([
  ['sent out again', showing({ ...mine, crew_no: null, state: 'dispatched' }), { type: 'order' }, 'dispatched'],
  ['cancelled', showing(), { type: 'order_ended', order_no: '1', reason: 'cancelled' }, 'cancelled'],
  ['cancelled while still shown', showing({ ...mine, state: 'cancelled' }), { type: 'order' }, 'cancelled'],
  ['gone while away', showing(), { type: 'snapshot' }, null],
  ['with another crew by now', showing({ ...mine, crew_no: '3002' }), { type: 'order' }, null],
])('%s: the crew is told', (_, after, frame, state) => {
  expect(takenAway(showing(mine), after, frame, crewNo)).toEqual([{ order_no: '1', state }])
})

test.each([
  ['a step of its own', showing(mine), showing({ ...mine, state: 'arrived' })],
  ['a job that was done before', showing({ ...mine, state: 'restored' }), showing()],
  ['a job of others', showing({ ...mine, crew_no: '3002' }), showing()],
  ['nothing seen before', null, showing(mine)],
])('%s: nothing is said', (_, before, after) => {
  expect(takenAway(before, after, { type: 'order_ended', order_no: '1', reason: 'archived' }, crewNo)).toEqual([])
})

const ringing = { offers: [{ offer_id: 'o1', order_no: '1' }] } as unknown as Snapshot

test('a job that rang in vain is told, once for each order', () => {
  const rang = missed(ringing, { type: 'offer_ended', offer_id: 'o1', reason: 'expired' })
  expect(rang).toEqual([{ order_no: '1', state: null, missed: true }])
  expect(toldOf([...rang, { order_no: '2', state: null }], rang)).toEqual([{ order_no: '2', state: null }, ...rang])
})

test.each(['accepted', 'declined', 'rescinded'])('an offer that was %s is no missed one', (reason) => {
  expect(missed(ringing, { type: 'offer_ended', offer_id: 'o1', reason })).toEqual([])
})
