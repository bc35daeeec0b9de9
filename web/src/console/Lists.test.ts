import { expect, test } from 'vitest'
import { speechOf, translate, wordOf } from '../i18n'
import { learnedOf, newIn } from './Lists'

const english = speechOf('en')

test('what self-service learned is told in words, where the caller has been first', () => {
  const learned = { reason: 'caller_asked', bill_state: 'overdue', order_no: '20261118001', order_state: 'en_route', order_type: 'fault', been: ['bill', 'track'], wrong_tries: 1 }
  expect(learnedOf(learned, english)).toEqual([
    ['Has been in', 'Bill › State of an order'], ['Order in flight', 'Fault'], [wordOf('en', 'learned', 'order_no'), '20261118001'],
    ['Has got to', wordOf('en', 'order', 'en_route')], [wordOf('en', 'learned', 'bill_state'), wordOf('en', 'bill', 'overdue')], ['Wrong digits', translate('en', 'board.times', { n: 1 })],
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
