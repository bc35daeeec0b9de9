import { afterEach, describe, expect, it, vi } from 'vitest'
import { Leg } from './leg'
import { speakerOf } from './LegPane'

type Handler = (...given: unknown[]) => void

class Heard {
  private handlers = new Map<string, Handler[]>()
  on(name: string, handler: Handler): this {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler])
    return this
  }
  emit(name: string): void {
    this.handlers.get(name)?.forEach((handler) => handler())
  }
}

class FakeCall extends Heard {
  muted = false
  disconnect(): void {
    this.emit('disconnect')
  }
  mute(muted: boolean): void {
    this.muted = muted
  }
}

const made: FakeDevice[] = []
class FakeDevice extends Heard {
  calls: FakeCall[] = []
  asked: unknown[] = []
  destroyed = false
  chosen: string[] = []
  audio = {
    availableInputDevices: new Map([['m1', { deviceId: 'm1', label: 'Headset' }]]),
    availableOutputDevices: new Map([['s1', { deviceId: 's1', label: 'Ear' }]]),
    isOutputSelectionSupported: true,
    setInputDevice: async (id: string) => void this.chosen.push(id),
    speakerDevices: { set: async (id: string) => void this.chosen.push(id) },
  }
  constructor(
    public token: string,
    readonly options: Record<string, unknown>,
  ) {
    super()
    made.push(this)
  }
  async connect(given: unknown): Promise<FakeCall> {
    this.asked.push(given)
    const call = new FakeCall()
    this.calls.push(call)
    return call
  }
  updateToken(token: string): void {
    this.token = token
  }
  destroy(): void {
    this.destroyed = true
  }
}

function tokens(life_ms: number): () => number {
  let n = 0
  vi.stubGlobal('fetch', async () => {
    n += 1
    return new Response(JSON.stringify({ token: `token-${n}`, identity: 'agent_1001', expires_at: new Date(Date.now() + life_ms).toISOString() }))
  })
  return () => n
}

function storage(): void {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) })
}

async function voice(life_ms = 3_600_000): Promise<{ leg: Leg; device: FakeDevice; problems: unknown[]; asked: () => number }> {
  storage()
  const asked = tokens(life_ms)
  const problems: unknown[] = []
  const leg = new Leg((error) => problems.push(error), async () => ({ Device: FakeDevice }) as never)
  await leg.start('sdk')
  return { leg, device: made.at(-1)!, problems, asked }
}

afterEach(() => vi.unstubAllGlobals())

describe('the leg by the Voice SDK', () => {
  it('connects with the parameters of the acknowledgement, mutes, and ends', async () => {
    const { leg, device } = await voice()
    expect(leg.state.get()).toMatchObject({ kind: 'voice', call: null })
    await leg.connect({ offer: 'o1' }, 'c1')
    expect(device.asked).toEqual([{ params: { offer: 'o1' } }])
    leg.mute(true)
    expect([device.calls[0]!.muted, leg.state.get()]).toMatchObject([true, { call: 'voice', muted: true }])
    device.calls[0]!.emit('disconnect')
    expect(leg.state.get()).toMatchObject({ call: null, muted: false })
  })
  it('lets go of what is still connecting', async () => {
    const { leg } = await voice()
    await leg.connect({}, 'c1')
    leg.drop()
    expect(leg.state.get().call).toBeNull()
  })
  it('renews the token before it ends, and before a call when that was missed', async () => {
    const { leg, device, asked } = await voice()
    device.emit('tokenWillExpire')
    await vi.waitFor(() => expect(device.token).toBe('token-2'))
    await leg.connect({}, 'c1')
    expect(asked()).toBe(2)
    const slept = await voice(1_000)
    await slept.leg.connect({}, 'c1')
    expect(slept.device.token).toBe('token-2')
  })
  it('an older call that ends does not end a newer one', async () => {
    const { leg, device } = await voice()
    await leg.connect({}, 'c1')
    await leg.connect({}, 'c1')
    device.calls[0]!.emit('disconnect')
    expect(leg.state.get().call).toBe('voice')
  })
  it('offers devices, says what fails in words, and lets go', async () => {
    const { leg, device, problems } = await voice()
    expect(leg.devices()).toEqual({ inputs: [{ id: 'm1', label: 'Headset' }], outputs: [{ id: 's1', label: 'Ear' }] })
    await leg.useMicrophone('m1')
    await leg.useSpeaker('s1')
    expect(device.chosen).toEqual(['m1', 's1'])
    device.emit('error')
    expect(problems).toMatchObject([{ code: 'audio_refused' }])
    leg.stop()
    expect([device.destroyed, leg.state.get().kind]).toEqual([true, 'none'])
  })
})

describe('the text leg of the local carrier', () => {
  function carrier(): { line(seq: number, text: string): void } {
    const lines: { seq: number; at: number; kind: string; text: string }[] = []
    storage()
    vi.stubGlobal('fetch', async (address: string, { method }: RequestInit) => {
      const after = Number(new URLSearchParams(address.split('?')[1]).get('after') ?? 0)
      const leg = { call_sid: 'CA1', status: 'in-progress' }
      if (address.includes('transcript')) return new Response(JSON.stringify({ ...leg, lines: lines.filter(({ seq }) => seq > after) }))
      return new Response(JSON.stringify(method === 'POST' ? leg : { items: [leg] }))
    })
    return { line: (seq, text) => void lines.push({ seq, at: seq, kind: 'heard', text }) }
  }
  const shown = (leg: Leg) => leg.state.get().lines.map((line) => line.text ?? line.event ?? line.key)
  const opened = async () => {
    const leg = new Leg((error) => { throw error })
    await leg.start('text')
    return leg
  }

  it('marks holds and keys where they happened, and has them again after a reload', async () => {
    const { line } = carrier()
    line(1, 'hello')
    const leg = await opened()
    await leg.connect({ offer: 'o1' }, 'c1')
    await vi.waitFor(() => expect(shown(leg)).toEqual(['hello']))
    for (const held of [false, true, true, false]) leg.mark('c1', held)
    leg.mark('c2', true)
    leg.sent('c1', '12#')
    leg.sent('c2', '3')
    for (const muted of [false, true, true, false]) leg.mute(muted)
    line(2, 'back')
    await vi.waitFor(() => expect(shown(leg)).toEqual(['hello', 'held', 'unheld', '12#', 'mute_on', 'mute_off', 'back']), 3_000)
    leg.stop()
    const reloaded = await opened()
    await vi.waitFor(() => expect(shown(reloaded)).toEqual(['hello', 'held', 'unheld', '12#', 'mute_on', 'mute_off', 'back']))
    reloaded.mark('c1', false)
    reloaded.mark('c1', true)
    expect(shown(reloaded)).toEqual(['hello', 'held', 'unheld', '12#', 'mute_on', 'mute_off', 'back', 'held'])
    reloaded.stop()
  })
  it('of another call no marks are shown', async () => {
    carrier().line(1, 'hello')
    sessionStorage.setItem('hotline.leg', JSON.stringify({ call: 'CA0', of: 'c0', marks: [{ seq: 1.001, at: 1, kind: 'mark', event: 'held' }] }))
    const leg = await opened()
    await vi.waitFor(() => expect(shown(leg)).toEqual(['hello']))
    leg.stop()
  })
})

describe('who speaks on the line', () => {
  const contact = { caller: { from_masked: '+86138****0004', name: null, customer_no: null, account_no: null, lang: 'zh-CN' } }
  it.each([
    ['+8613800000004', 'caller'],
    ['client:1002', 'colleague'],
    ['+8613800009002', 'colleague'],
    [undefined, 'caller'],
  ])('%s: %s', (party, who) => expect(speakerOf(party, contact)).toBe(who))
})
