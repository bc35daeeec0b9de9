import { expect, test } from 'vitest'
import type { Schemas } from '../api/client'
import { speechOf } from '../i18n'
import { dayAndTime } from '../i18n/formats'
import { became, outcomeOf, peerOf } from './Today'

const peer = (contact: Partial<Schemas['ContactShape']>, sealed = false, lang: 'zh-CN' | 'en' = 'en') => peerOf({ direction: 'inbound', contact_id: '01kb7f', ...contact } as Schemas['ContactShape'], speechOf(lang), sealed)

test.each([{ from: '' }, { from_masked: '****' }, {}])('whoever has no number is called what they are: %o', (number) => {
  for (const sealed of [false, true]) {
    expect(peer({ channel: 'chat', ...number }, sealed)).toEqual({ value: 'Web customer B7F', masked: null })
    expect(peer({ channel: 'chat', ...number }, sealed, 'zh-CN')).toEqual({ value: '网聊客户 B7F', masked: null })
    expect(peer({ channel: 'voice', ...number }, sealed)).toEqual({ value: 'Unknown caller', masked: null })
  }
})

test('a number is shown as far as it may be, on a wall never whole', () => {
  const caller = { channel: 'voice', from: '+8613800000004', to: '+15550095598' } as const
  expect(peer(caller).value).toBe('+8613800000004')
  expect(peer(caller, true)).toEqual({ value: null, masked: '+86138****0004' })
  expect(peer({ channel: 'voice', direction: 'outbound', to_masked: '+86138****0004' }, true)).toEqual({ value: null, masked: '+86138****0004' })
})

test.each([
  [{ outcome: 'callback_booked', callback: { state: 'booked', dials: 0, next_at: null } }, '已约回电'],
  [{ outcome: 'callback_booked', callback: { state: 'calling', dials: 1, next_at: '2026-11-18T02:30:00.000Z' } }, `回电未接通 1 次 · 下次拨打 ${dayAndTime('zh-CN', '2026-11-18T02:30:00.000Z')}`],
  [{ outcome: 'callback_booked', callback: { state: 'calling', dials: 2, next_at: null } }, '回电未接通 2 次'],
  [{ outcome: 'self_service', callback: { state: 'failed', dials: 3, next_at: null } }, '回电 3 次均未接通，不再拨打'],
  [{ outcome: 'self_service', callback: { state: 'failed', dials: 0, next_at: null } }, '约定的回电未拨打'],
  [{ outcome: 'answered', callback: { state: 'reached', dials: 1, next_at: null } }, '已接听'],
  [{ outcome: 'failed', direction: 'outbound' }, '未接通'],
])('what became of a call back is told: %#', (contact, told) => expect(outcomeOf({ direction: 'inbound', ...contact } as Schemas['ContactShape'], speechOf('zh-CN'))).toBe(told))

const there = { queue: 'phone', result: 'other', wait_s: 40 }
test.each([
  [{ in_queue: { ...there, result: 'answered' } }, 'Answered (waited 40 s)'],
  [{ in_queue: there, queue: 'phone', state: 'ended', outcome: 'answered', callback: { state: 'reached', dials: 1, next_at: null } }, 'Called back'],
  [{ in_queue: there, queue: 'emergency', state: 'ended', outcome: 'answered' }, 'Went on: Emergency'],
  [{ in_queue: there, queue: 'phone', state: 'waiting' }, 'Waiting'],
])('the list of a queue calls answered only whom it counts so: %#', (contact, told) => expect(became({ direction: 'inbound', ...contact } as Schemas['ContactShape'], speechOf('en'))).toBe(told))
