import { expect, test } from 'vitest'
import { doubtsOf } from './Summary'

const shift = { shift: { from: '2026-11-18T00:00:00.000Z', to: '2026-11-18T12:00:00.000Z' } }
const during = Date.parse('2026-11-18T11:00:00Z')
const after = Date.parse('2026-11-18T12:00:01Z')

test('a summary is asked about while its shift runs, and while orders go to nobody', () => {
  expect(doubtsOf(shift, ['20261118001'], during).map((doubt) => doubt.key)).toEqual(['summary.still_running', 'summary.no_receiver'])
  expect(doubtsOf(shift, ['20261118001', '20261118002'], after)).toEqual([{ key: 'summary.no_receiver', fill: { n: 2, orders: '20261118001 20261118002' } }])
})

test('a shift that is over, with a receiver for everything, is submitted without a question', () => {
  expect(doubtsOf(shift, [], after)).toEqual([])
})
