import { expect, test } from 'vitest'
import { speechOf } from '../i18n'
import { courseOf, inOrder, kindOf, matters, overOf } from './WarningsPanel'

test('whoever asks for help is called what they are', () => {
  const { word } = speechOf('en')
  expect(kindOf({ kind: 'help', queue: null, order_no: '20261122001', contact_id: null, facts: {} }, word)).toBe('Crew asks for help')
  expect(kindOf({ kind: 'help', queue: null, order_no: null, contact_id: 'c1', facts: {} }, word)).toBe('Agent asks for help')
})

test.each([[true, '有人在岗但无人应答'], [false, '无人值守']])('a queue whose people do not answer is not called unmanned: %s', (unanswered, words) => {
  const { word } = speechOf('zh-CN')
  expect(kindOf({ kind: 'queue_unmanned', queue: 'phone', order_no: null, contact_id: null, facts: { queue: 'phone', waiting: 2, unanswered } }, word)).toBe(words)
})

test('a broken promise is called by its name', () => {
  const { word } = speechOf('en')
  expect(kindOf({ kind: 'clock_breach', queue: null, order_no: '1', contact_id: null, facts: { clock: 'dispatch', due_at: 1 } }, word)).toBe('Promise broken · Dispatch')
})

test('what was said to the machine is unheard, a caller unanswered', () => {
  const { word } = speechOf('en')
  const urgent = { kind: 'emergency_unanswered', facts: {} }
  expect(kindOf({ ...urgent, queue: 'web', order_no: '1', contact_id: null }, word)).toBe('Emergency recording unheard')
  expect(kindOf({ ...urgent, queue: 'emergency', order_no: null, contact_id: 'c1' }, word)).toBe('Emergency unanswered')
})

test('what is over stands after whatever still needs somebody', () => {
  const warning = (level: string, at: string, facts = {}) => ({ level, at, facts })
  const over = warning('red', '3', { over_at: '4' })
  const [newest, oldest, mild] = [warning('red', '2'), warning('red', '1'), warning('yellow', '5')]
  expect(inOrder([over, mild, oldest, newest])).toEqual([newest, oldest, mild, over])
})

test('all that is wrong with one order is one matter; who asks for help in it is answered apart', () => {
  const warning = (warning_id: string, kind: string, order_no: string | null, facts = {}) => ({ warning_id, kind, order_no, facts })
  const [alone, danger, late] = [warning('1', 'danger_no_crew', '5'), warning('2', 'hazard', '5'), warning('3', 'clock_breach', '5')]
  const [help, chat, over] = [warning('4', 'help', '5'), warning('5', 'chat_unanswered', null), warning('6', 'clock_near', '5', { over_at: '1' })]
  expect(matters([alone, help, danger, chat, late, over])).toEqual([[alone, danger, late], [help], [chat]])
})

test('which crew did not take danger, how and how often, is said in one line', () => {
  const speech = { ...speechOf('en'), lang: 'en' as const }
  const facts = { since: '2026-11-22T05:20:00.000Z', missed_by: '3002', missed_how: 'expired', missed_at: '2026-11-22T05:25:00.000Z', misses: 1 }
  expect(courseOf({ facts, times: 1 }, speech)).toMatch(/^crew 3002 let it ring \S+ · waits since \S+$/)
  expect(courseOf({ facts: { ...facts, missed_how: 'declined', misses: 3 }, times: 1 }, speech)).toMatch(/^crew 3002 declined \S+ \(.*3.*\) · waits since/)
  expect(courseOf({ facts: {}, times: 1 }, speech)).toBe('')
})

test('an unanswered emergency is calm once a crew spoke with the customer', () => {
  const speech = { ...speechOf('en'), lang: 'en' as const }
  const facts = { over_at: '2026-11-22T05:25:00.000Z', over_by: '3001', over_as: 'customer_contacted' }
  expect(overOf({ kind: 'emergency_unanswered', facts }, speech)).toMatch(/^crew 3001 spoke with the customer at /)
})
