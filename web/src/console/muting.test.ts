import { expect, it } from 'vitest'
import { mutedAnew } from './muting'

const call = (muted: boolean) => ({ contact_id: 'c1', channel: 'voice' as const, mode: 'phone' as const, muted })
const chat = { contact_id: 'c2', channel: 'chat' as const, mode: 'web' as const }

it('goes on muted after a reload, when the page knew nothing', () => {
  expect(mutedAnew([], [chat, call(true)])).toBe(true)
})

it('follows another window, either way', () => {
  expect(mutedAnew([call(false)], [call(true)])).toBe(true)
  expect(mutedAnew([call(true)], [chat, call(false)])).toBe(false)
})

it('leaves alone what has not changed', () => {
  expect(mutedAnew([call(false)], [call(false), chat])).toBeNull()
  expect(mutedAnew([], [call(false)])).toBeNull()
})
