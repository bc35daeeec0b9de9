import { expect, it } from 'vitest'
import type { Contact } from '../state/frames'
import { runOutOf } from './runOut'

const call = { contact_id: 'c1', state: 'wrapping' } as Contact
const chat = { contact_id: 'c2', state: 'talking' } as Contact

it('stays with a contact whose wrap-up ended by its time, and says whether anything was kept', () => {
  expect(runOutOf(call, [chat], 'clock')).toEqual({ contact: call, kept: true })
  expect(runOutOf(call, [chat], null)).toEqual({ contact: call, kept: false })
})

it('goes on where the agent finished it, where it is still in hand, or was no wrap-up', () => {
  expect(runOutOf(call, [chat], 'hand')).toBeNull()
  expect(runOutOf(call, [call, chat], null)).toBeNull()
  expect(runOutOf(chat, [call], null)).toBeNull()
  expect(runOutOf(null, [chat], null)).toBeNull()
})
