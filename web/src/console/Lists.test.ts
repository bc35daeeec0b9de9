import { describe, expect, it, test } from 'vitest'
import { speechOf, translate, wordOf } from '../i18n'
import type { Message, Offer } from '../state/frames'
import { alarms, firstFirst, lastLine, learnedOf, newIn, unansweredSince } from './Lists'

const english = speechOf('en')

test('what self-service learned is told in words, where the caller has been first', () => {
  const learned = { reason: 'caller_asked', bill_state: 'overdue', order_no: '20261118001', order_state: 'en_route', order_type: 'fault', been: ['bill', 'track'], wrong_tries: 1 }
  expect(learnedOf(learned, english)).toEqual([
    ['Has been in', 'Bill › State of an order'], ['Open order', 'Fault'], [wordOf('en', 'learned', 'order_no'), '20261118001'],
    ['State of that order', wordOf('en', 'order', 'en_route')], [wordOf('en', 'learned', 'bill_state'), wordOf('en', 'bill', 'overdue')], ['Wrong digits', translate('en', 'board.times', { n: 1 })],
  ])
})

test('an area is told in the language of the page, nothing known is not told', () => {
  expect(learnedOf({ outage_area: { 'zh-CN': '示范区', en: 'Demo area' }, arrears_count: 0, scope: 'unknown', been: [] }, english)).toEqual([['Outage in', 'Demo area']])
})

test('an offer names its account once', () => {
  expect(newIn({ identified_no: '31000000001', account_tail4: '0001', bill_state: 'paid' }, '31000000001')).toEqual({ bill_state: 'paid' })
  expect(newIn({ account_tail4: '0001' }, null)).toStrictEqual({ account_tail4: '0001' })
  expect(newIn({ been: ['bill'] }, null)).toStrictEqual({ been: ['bill'] })
})

test('of several that ring an emergency is taken first', () => {
  const offer = (offer_id: string, queue: string, expires_at: string, danger = false) => ({ offer_id, queue, expires_at, danger: danger ? {} : null }) as unknown as Offer
  const rings = [offer('a', 'web', '09:00'), offer('b', 'web', '09:30', true), offer('c', 'phone', '08:00'), offer('d', 'emergency', '10:00')]
  expect(alarms(rings[1]!.danger)).toBe(true)
  rings.push({ ...offer('e', 'web', '07:00', true), danger: { order_no: '1', words: null, state: 'restored' } })
  expect(firstFirst(rings).map((each) => each.offer_id)).toEqual(['d', 'b', 'e', 'c', 'a'])
})

test('the last words of a customer are one line of plain text, shortened', () => {
  const said = (from: Message['from'], text: string) => ({ from, text, at: '09:00' }) as Message
  expect(lastLine({ messages: [said('hotline', '您好')] })).toBeNull()
  expect(lastLine({ messages: [said('customer', '停电了'), said('customer', ' 东湖路\n3号 '), said('agent', '好的')] })).toEqual({ at: '09:00', text: '东湖路 3号' })
  expect(lastLine({ messages: [said('customer', '字'.repeat(200))] })?.text).toHaveLength(81)
})

describe('who waits for an answer', () => {
  const line = (from: 'customer' | 'agent' | 'hotline', at: string) => ({ contact_id: 'c', message_id: at, from, text: at, at })
  const chat = { channel: 'chat' as const, mode: 'web' as const, state: 'talking' as const, since: '08' }
  it('has waited since it was taken, then since the first words after the last answer', () => {
    expect(unansweredSince({ ...chat, messages: [line('customer', '01'), line('hotline', '02')] })).toBe('08')
    expect(unansweredSince({ ...chat, messages: [line('customer', '01'), line('agent', '09')] })).toBeNull()
    expect(unansweredSince({ ...chat, messages: [line('agent', '09'), line('customer', '10'), line('customer', '11')] })).toBe('10')
  })
  it('is nobody whose conversation is over or who is on the phone', () => {
    expect(unansweredSince({ ...chat, state: 'wrapping', messages: [] })).toBeNull()
    expect(unansweredSince({ ...chat, mode: 'phone', messages: [] })).toBeNull()
  })
})
