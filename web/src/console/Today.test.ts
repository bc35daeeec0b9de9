import { expect, test } from 'vitest'
import type { Schemas } from '../api/client'
import { speechOf } from '../i18n'
import { peerOf } from './Today'

const peer = (contact: Partial<Schemas['ContactShape']>, sealed = false, lang: 'zh-CN' | 'en' = 'en') => peerOf({ direction: 'inbound', ...contact } as Schemas['ContactShape'], speechOf(lang), sealed)

test.each([{ from: '' }, { from_masked: '****' }, {}])('whoever has no number is called what they are: %o', (number) => {
  for (const sealed of [false, true]) {
    expect(peer({ channel: 'chat', ...number }, sealed)).toEqual({ value: 'Web customer', masked: null })
    expect(peer({ channel: 'chat', ...number }, sealed, 'zh-CN')).toEqual({ value: '网聊客户', masked: null })
    expect(peer({ channel: 'voice', ...number }, sealed)).toEqual({ value: 'Unknown caller', masked: null })
  }
})

test('a number is shown as far as it may be, on a wall never whole', () => {
  const caller = { channel: 'voice', from: '+8613800000004', to: '+15550095598' } as const
  expect(peer(caller).value).toBe('+8613800000004')
  expect(peer(caller, true)).toEqual({ value: null, masked: '+86138****0004' })
  expect(peer({ channel: 'voice', direction: 'outbound', to_masked: '+86138****0004' }, true)).toEqual({ value: null, masked: '+86138****0004' })
})
