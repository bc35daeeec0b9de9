/**
 * A text leg of the local carrier takes what the Voice SDK's published types and code take, no more and no less. The
 * samples are those that the carrier's own tests send it; the first part is checked by the compiler.
 */
import { Call, type Device } from '@twilio/voice-sdk'
import { expect, test } from 'vitest'
import samples from '../../../tests/local_carrier/client_legs.json'
import type { Schemas } from '../api/client'
import type { Leg } from './leg'

type Params = NonNullable<Device.ConnectOptions['params']>
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Taken<S> = { [K in keyof S]: S[K] extends { params: infer P } ? (P extends Params ? true : false) : true }

const asked: Record<'types' | 'console' | 'api', true> = {} as {
  types: Same<Params, Record<string, string>>
  console: Same<Parameters<Leg['connect']>[0], Params>
  api: Same<Schemas['Connect']['params'], Params>
}
const accepted: Record<keyof typeof samples.accepted, true> = {} as Taken<typeof samples.accepted>
const refused: Record<keyof typeof samples.refused, false> = {} as Taken<typeof samples.refused>

test('the compiler has looked at every sample', () => {
  expect([asked, accepted, refused]).toEqual([{}, {}, {}])
})

test('the same keys are pressed', () => {
  const call = Object.create(Call.prototype) as Call
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined }
  const tones = { dialtonePlayer: { play: () => undefined } }
  const sender = { getOrCreateDTMFSender: () => null }
  Object.assign(call, { _log: silent, _options: tones, _mediaHandler: sender, _signalingStatus: null, _pstream: null })
  for (const key of samples.keys.refused) expect(() => call.sendDigits(key), key).toThrow('Illegal character')
  for (const key of samples.keys.accepted) expect(() => call.sendDigits(key), key).not.toThrow('Illegal character')
})
