import type { Call, Device } from '@twilio/voice-sdk'
import { api, path, Refusal, type Schemas } from '../api/client'
import { Store } from '../live/store'

export interface Line {
  seq: number
  at: number
  kind: string
  sound?: string
  text?: string
  who?: string
  key?: string
  event?: string
}
export interface LegState {
  kind: 'none' | 'text' | 'voice'
  /** The leg that stands: a call sid, or `voice`. */
  call: string | null
  lines: Line[]
  muted: boolean
}
const NOTHING: LegState = { kind: 'none', call: null, lines: [], muted: false }
const MOST_LINES = 500
const PAUSE_MS = 800

/** The agent's side of a call: the Voice SDK where it is configured, text on the local carrier. */
export class Leg {
  readonly state = new Store<LegState>(NOTHING)
  private device: Device | null = null
  private call: Call | null = null
  private reading: AbortController | null = null
  private known: Promise<void> = Promise.resolve()

  constructor(private readonly problem: (error: unknown) => void) {}

  /** Find out what kind of leg there is, and go on with one that stands. */
  start(): Promise<void> {
    this.known = this.find()
    return this.known
  }

  private async find(): Promise<void> {
    try {
      const made = await api.get<Schemas['VoiceTokenShape']>('/api/voice-token')
      await this.startVoice(made.token)
      return
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'voice_not_configured') return
    }
    try {
      const legs = await api.get<Schemas['Legs']>('/api/demo-leg')
      this.put({ kind: 'text' })
      const standing = legs.items[0]
      if (standing) this.read(standing.call_sid)
    } catch {
      this.put({ kind: 'none' })
    }
  }

  async connect(params: Record<string, string>): Promise<void> {
    await this.known
    const { kind } = this.state.get()
    if (kind === 'text') {
      const leg = await api.post<Schemas['Leg']>('/api/demo-leg', { params })
      this.read(leg.call_sid)
    } else if (kind === 'voice' && this.device) {
      this.call = await this.device.connect({ params })
      this.call.on('disconnect', () => this.put({ call: null, muted: false }))
      this.call.on('error', this.problem)
      this.put({ call: 'voice', muted: false, lines: [] })
    }
  }

  async say(text: string): Promise<void> {
    await this.act('speech', { text })
  }

  async press(keys: string): Promise<void> {
    if (this.call) this.call.sendDigits(keys)
    else await this.act('keys', { keys })
  }

  mute(muted: boolean): void {
    this.call?.mute(muted)
    this.put({ muted })
  }

  async devices(): Promise<{ id: string; label: string }[]> {
    const found = this.device?.audio?.availableInputDevices
    return found ? [...found.values()].map((each) => ({ id: each.deviceId, label: each.label })) : []
  }

  async useMicrophone(id: string): Promise<void> {
    await this.device?.audio?.setInputDevice(id)
  }

  stop(): void {
    this.reading?.abort()
    this.reading = null
    this.device?.destroy()
    this.device = null
    this.state.set(NOTHING)
  }

  private async act(action: string, fields: Record<string, string>): Promise<void> {
    const { call } = this.state.get()
    if (call) await api.post(path('demo-leg', call, action), fields)
  }

  private put(change: Partial<LegState>): void {
    this.state.update((now) => ({ ...now, ...change }))
  }

  private async startVoice(token: string): Promise<void> {
    const sdk = await import('@twilio/voice-sdk')
    const device = new sdk.Device(token, { closeProtection: true })
    device.on('tokenWillExpire', () => {
      void api.get<Schemas['VoiceTokenShape']>('/api/voice-token').then((made) => device.updateToken(made.token), this.problem)
    })
    device.on('error', this.problem)
    this.device = device
    this.put({ kind: 'voice' })
  }

  private read(callSid: string): void {
    this.reading?.abort()
    const reading = new AbortController()
    this.reading = reading
    this.put({ call: callSid, lines: [], muted: false })
    void this.follow(callSid, reading.signal)
  }

  private async follow(callSid: string, signal: AbortSignal): Promise<void> {
    let after = 0
    while (!signal.aborted) {
      try {
        const got = await api.get<Schemas['LegLines']>(path('demo-leg', callSid, 'transcript'), { after }, signal)
        const lines = got.lines as unknown as Line[]
        after = lines.at(-1)?.seq ?? after
        if (lines.length) this.state.update((now) => ({ ...now, lines: [...now.lines, ...lines].slice(-MOST_LINES) }))
        if (['completed', 'failed', 'canceled', 'busy', 'no-answer'].includes(got.status)) {
          this.put({ call: null, muted: false })
          return
        }
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof Refusal && error.status === 404) {
          this.put({ call: null })
          return
        }
      }
      await new Promise((resume) => setTimeout(resume, PAUSE_MS))
    }
  }
}
