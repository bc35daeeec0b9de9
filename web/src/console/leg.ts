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
  /** The contact that `lines` belong to; null where it is not known. */
  of: string | null
  muted: boolean
}
const NOTHING: LegState = { kind: 'none', call: null, lines: [], of: null, muted: false }
const KEPT = 'hotline.leg'
/** The last call of this window, to be read again after a reload. The carrier's transcript knows nothing of `marks`. */
interface Kept {
  call: string
  of: string | null
  marks: Line[]
}
const keep = (kept: Kept) => sessionStorage.setItem(KEPT, JSON.stringify(kept))
const MOST_LINES = 500
const PAUSE_MS = 800

/** How a browser's leg is heard here; the service says it at the log-in. */
export type Voice = Schemas['LoggedIn']['voice']
type Sdk = Pick<typeof import('@twilio/voice-sdk'), 'Device'>
export interface Found {
  inputs: { id: string; label: string }[]
  outputs: { id: string; label: string }[]
}
const REFRESH_MS = 60_000
const failed = () => new Refusal(0, 'audio_refused', '')

/** The agent's side of a call: the Voice SDK where it is configured, text on the local carrier. */
export class Leg {
  readonly state = new Store<LegState>(NOTHING)
  private device: Device | null = null
  private call: Call | null = null
  private expires = 0
  private reading: AbortController | null = null
  private known: Promise<void> = Promise.resolve()

  constructor(
    private readonly problem: (error: unknown) => void,
    private readonly sdk: () => Promise<Sdk> = () => import('@twilio/voice-sdk'),
  ) {}

  /** Make what this kind of leg needs, and go on with one that stands. */
  start(voice: Voice): Promise<void> {
    this.known = this.begin(voice)
    return this.known
  }

  /** Once it is known whether a leg stands here. */
  ready(): Promise<void> {
    return this.known
  }

  private async begin(voice: Voice): Promise<void> {
    try {
      if (voice === 'sdk') await this.startVoice()
      if (voice !== 'text') return
      const legs = await api.get<Schemas['Legs']>('/api/demo-leg')
      this.put({ kind: 'text' })
      const standing = legs.items[0]?.call_sid
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Kept | null
      if (standing && kept?.call !== standing) this.read({ call: standing, of: null, marks: [] })
      else if (kept) this.read(kept)
    } catch (error) {
      this.put({ kind: voice === 'text' ? 'text' : 'none' })
      this.problem(error)
    }
  }

  async connect(params: Record<string, string>, contactId: string): Promise<void> {
    await this.known
    const { kind } = this.state.get()
    if (kind === 'text') {
      const leg = await api.post<Schemas['Leg']>('/api/demo-leg', { params })
      const kept = { call: leg.call_sid, of: contactId, marks: [] }
      keep(kept)
      this.read(kept)
    } else if (kind === 'voice' && this.device) {
      if (Date.now() > this.expires - REFRESH_MS) await this.refresh()
      this.follows(await this.device.connect({ params }))
    }
  }

  private follows(call: Call): void {
    this.call = call
    const over = () => {
      if (this.call !== call) return
      this.call = null
      this.put({ call: null, muted: false })
    }
    call.on('disconnect', over)
    call.on('cancel', over)
    call.on('error', () => this.problem(failed()))
    this.put({ call: 'voice', muted: false, lines: [], of: null })
  }

  async say(text: string): Promise<void> {
    await this.act('speech', { text })
  }

  mute(muted: boolean): void {
    this.call?.mute(muted)
    const { call, of } = this.state.get()
    if (!call) return
    this.put({ muted })
    this.turned(of, muted, 'mute_on', 'mute_off')
  }

  /** Note in the transcript that the caller was put on hold, or taken back, unless it says so already. */
  mark(contactId: string, held: boolean): void {
    this.turned(contactId, held, 'held', 'unheld')
  }

  /** Note in the transcript which keys were sent. */
  sent(contactId: string, key: string): void {
    this.note(contactId, { key })
  }

  private turned(contactId: string | null, to: boolean, on: string, off: string): void {
    const last = this.state.get().lines.findLast((line) => line.kind === 'mark' && (line.event === on || line.event === off))
    if ((last?.event === on) !== to) this.note(contactId, { event: to ? on : off })
  }

  private note(contactId: string | null, what: Pick<Line, 'event' | 'key'>): void {
    const { call, of, lines } = this.state.get()
    if (!call || (of !== null && of !== contactId)) return
    const mark = { seq: (lines.at(-1)?.seq ?? 0) + 0.001, at: Date.now(), kind: 'mark', ...what }
    this.put({ lines: [...lines, mark] })
    keep({ call, of, marks: [...lines.filter((line) => line.kind === 'mark'), mark] })
  }

  /** Give up what this browser is still connecting; on the local carrier the service ends the leg. */
  drop(): void {
    this.call?.disconnect()
  }

  devices(): Found {
    const audio = this.device?.audio
    const named = (of: Map<string, MediaDeviceInfo> | undefined) => [...(of?.values() ?? [])].map((each) => ({ id: each.deviceId, label: each.label }))
    return { inputs: named(audio?.availableInputDevices), outputs: audio?.isOutputSelectionSupported ? named(audio.availableOutputDevices) : [] }
  }

  async useMicrophone(id: string): Promise<void> {
    await this.device?.audio?.setInputDevice(id)
  }

  async useSpeaker(id: string): Promise<void> {
    await this.device?.audio?.speakerDevices.set(id)
  }

  stop(): void {
    this.reading?.abort()
    this.reading = null
    this.device?.destroy()
    this.device = null
    this.call = null
    this.state.set(NOTHING)
  }

  private async act(action: string, fields: Record<string, string>): Promise<void> {
    const { call } = this.state.get()
    if (call) await api.post(path('demo-leg', call, action), fields)
  }

  private put(change: Partial<LegState>): void {
    this.state.update((now) => ({ ...now, ...change }))
  }

  private async startVoice(): Promise<void> {
    const [sdk, made] = await Promise.all([this.sdk(), api.get<Schemas['VoiceTokenShape']>('/api/voice-token')])
    this.expires = Date.parse(made.expires_at)
    const device = new sdk.Device(made.token, { closeProtection: true, tokenRefreshMs: REFRESH_MS })
    device.on('tokenWillExpire', () => void this.refresh().catch(this.problem))
    device.on('error', () => this.problem(failed()))
    this.device = device
    this.put({ kind: 'voice' })
  }

  private async refresh(): Promise<void> {
    const made = await api.get<Schemas['VoiceTokenShape']>('/api/voice-token')
    this.expires = Date.parse(made.expires_at)
    this.device?.updateToken(made.token)
  }

  private read({ call, of, marks }: Kept): void {
    this.reading?.abort()
    const reading = new AbortController()
    this.reading = reading
    this.put({ call, lines: marks, of, muted: false })
    void this.follow(call, reading.signal)
  }

  private async follow(callSid: string, signal: AbortSignal): Promise<void> {
    let after = 0
    while (!signal.aborted) {
      try {
        const got = await api.get<Schemas['LegLines']>(path('demo-leg', callSid, 'transcript'), { after }, signal)
        const lines = got.lines as unknown as Line[]
        after = lines.at(-1)?.seq ?? after
        if (lines.length) this.state.update((now) => ({ ...now, lines: [...now.lines, ...lines].sort((one, other) => one.seq - other.seq).slice(-MOST_LINES) }))
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
