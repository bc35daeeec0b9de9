import { expect, test } from 'vitest'
import { speechOf } from '../i18n'
import { kindOf } from './WarningsPanel'

test('whoever asks for help is called what they are', () => {
  const { word } = speechOf('en')
  expect(kindOf({ kind: 'help', order_no: '20261122001', contact_id: null }, word)).toBe('Crew asks for help')
  expect(kindOf({ kind: 'help', order_no: null, contact_id: 'c1' }, word)).toBe('Agent asks for help')
})
