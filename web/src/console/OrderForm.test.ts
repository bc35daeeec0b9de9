import { expect, test } from 'vitest'
import { Refusal } from '../api/client'
import { fieldOf } from './OrderForm'

test('a refusal marks the field that it is about', () => {
  expect(fieldOf(new Refusal(422, 'wrong_phone', ''))).toBe('contact_phone')
  expect(fieldOf(new Refusal(422, 'unknown_person', ''))).toBe('about_agent_no')
  expect(fieldOf(new Refusal(422, 'invalid', '', ['description']))).toBe('description')
  expect(fieldOf(new Refusal(422, 'invalid', '', ['version']))).toBeNull()
  expect(fieldOf(new Refusal(503, 'unavailable', ''))).toBeNull()
})
