import { expect, test } from 'vitest'
import { nextOf } from './Crews'

test.each([
  [false, ['available'], 'unsent'],
  [true, [], 'nobody'],
  [true, ['talking', 'break'], 'waits'],
  [true, ['talking', 'available'], 'rings'],
] as const)('what comes next of danger that no crew has: asked %s, crews %s: %s', (asked, states, next) => {
  expect(nextOf(asked, states.map((state) => ({ state })))).toBe(next)
})
