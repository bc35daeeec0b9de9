import { expect, test } from 'vitest'
import { withoutLeg } from './LegPane'

test.each([
  [{ state: 'connecting' as const, leg: 'browser' as const }, 'leg.may_ring'],
  [{ state: 'talking' as const, leg: 'phone' as const }, 'leg.by_phone'],
  [{ state: 'held' as const, leg: 'browser' as const, lost: true }, 'leg.lost'],
  [{ state: 'talking' as const, leg: 'browser' as const, lost: false }, 'leg.elsewhere'],
  [{ state: 'wrapping' as const, leg: 'phone' as const }, 'leg.over'],
])('a window without the call says why: %o', (contact, said) => expect(withoutLeg(contact)).toBe(said))
