/** A customer's conversation: resumed by its token, sent again until answered, kept through reload and lost network. */
export interface Line {
  message_id: string
  from: 'hotline' | 'agent' | 'customer'
  text: string
  /** The agent's. */
  name?: string
  at: string
  choices?: { value: string; label: string }[]
}
export interface Waiting {
  ahead: number | null
  estimate: { low_s: number; high_s: number } | null
}
export interface Unsent {
  id: string
  text: string
  /** The service refused it: it is not sent again. */
  failed?: boolean
}
export interface View {
  status: 'connecting' | 'open' | 'lost' | 'busy'
  lines: Line[]
  unsent: Unsent[]
  waiting: Waiting | null
  agent: string | null
  /** Whether the agent is there now; the trees speak again afterwards. */
  served: boolean
  ended: boolean
  /** The time zone of the hotline, in which times are shown. */
  zone: string | null
}
interface Frame {
  type: string
  [name: string]: unknown
}
interface Outgoing {
  id: string
  type: 'text' | 'choice' | 'end'
  text?: string
  value?: string
}
const TOKEN = 'hotline.chat.token'
const OPEN = 'hotline.chat.unsent'
/** Who served this conversation: their name stands over their words also after a reload. */
const AGENT = 'hotline.chat.agent'
/** Refusals after which the same words may still go through. */
const LATER = ['retry_later', 'too_many']

/** What is kept through a reload; a site that forbids it loses no more than that. */
export const kept = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(name)
    } catch {
      return null
    }
  },
  set(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(name)
      else localStorage.setItem(name, value)
    } catch {
      // Nothing is kept then.
    }
  },
}

/** Unique also on sites without https, where browsers have no `randomUUID`. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Waits {
  frame: Outgoing
  shown: string | null
}
const TOO_MANY = 1013

export class Conversation {
  view: View = { status: 'connecting', lines: [], unsent: [], waiting: null, agent: null, served: false, ended: false, zone: null }
  private socket: WebSocket | null = null
  private waits: Waits[] = JSON.parse(kept.get(OPEN) ?? '[]') as Waits[]
  private attempt = 0
  private welcomed = false
  /** Too many conversations: only words of danger get through, and begin one. */
  private refused = false
  private closed = false

  constructor(
    private readonly address: string,
    private readonly lang: string,
    private readonly changed: (view: View) => void,
  ) {}

  start(): void {
    this.closed = false
    this.put({ unsent: this.unsent(), agent: kept.get(AGENT) })
    this.connect()
  }

  stop(): void {
    this.closed = true
    this.socket?.close()
  }

  text(text: string): void {
    this.send({ id: newId(), type: 'text', text }, text)
  }

  choose(value: string, label: string): void {
    this.send({ id: newId(), type: 'choice', value }, label)
  }

  end(): void {
    this.send({ id: newId(), type: 'end' }, null)
  }

  /** Forget this conversation and begin another. */
  again(): void {
    kept.set(TOKEN, null)
    kept.set(AGENT, null)
    this.hold([])
    this.put({ lines: [], unsent: [], waiting: null, agent: null, served: false, ended: false, status: 'connecting' })
    const old = this.socket
    this.socket = null
    old?.close()
    this.connect()
  }

  private send(frame: Outgoing, shown: string | null): void {
    this.hold([...this.waits, { frame, shown }])
    this.put({ unsent: [...this.view.unsent.filter((each) => each.failed), ...this.unsent()] })
    if (this.welcomed || (this.refused && frame.type === 'text')) this.socket?.send(JSON.stringify(frame))
  }

  private hold(waits: Waits[]): void {
    this.waits = waits
    kept.set(OPEN, waits.length ? JSON.stringify(waits) : null)
  }

  private unsent(): Unsent[] {
    return this.waits.flatMap(({ frame, shown }) => (shown ? [{ id: frame.id, text: shown }] : []))
  }

  private connect(): void {
    const socket = new WebSocket(this.address)
    this.socket = socket
    this.welcomed = this.refused = false
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token: kept.get(TOKEN), lang: this.lang }))
    socket.onmessage = (event) => this.hear(JSON.parse(String(event.data)) as Frame)
    socket.onclose = (event) => {
      if (this.socket !== socket || this.closed) return
      this.welcomed = this.refused = false
      this.put({ status: event.code === TOO_MANY ? 'busy' : 'lost' })
      const ceiling = Math.min(10_000, 500 * 2 ** this.attempt)
      this.attempt += 1
      setTimeout(() => this.socket === socket && this.connect(), ceiling / 2 + (ceiling / 2) * Math.random())
    }
  }

  private hear(frame: Frame): void {
    switch (frame.type) {
      case 'welcome':
        kept.set(TOKEN, String(frame.token))
        this.attempt = 0
        this.welcomed = true
        this.put({ status: 'open', lines: frame.messages as Line[], zone: typeof frame.tz === 'string' ? frame.tz : null })
        for (const each of this.waits) this.socket?.send(JSON.stringify(each.frame))
        return
      case 'busy':
        this.refused = true
        this.put({ status: 'busy' })
        for (const { frame: each } of this.waits) if (each.type === 'text') this.socket?.send(JSON.stringify(each))
        return
      case 'message': {
        const { type: _, ...line } = frame
        const others = this.view.lines.filter((each) => each.message_id !== frame.message_id)
        // A notice beside a talk asks nothing; with a question the trees speak again.
        const asks = frame.from === 'hotline' && Array.isArray(frame.choices) && frame.choices.length > 0
        return this.put({ lines: [...others, line as unknown as Line], served: this.view.served && !asks })
      }
      case 'waiting':
        return this.put({ waiting: frame.over ? null : (frame as unknown as Waiting) })
      case 'agent':
        kept.set(AGENT, String(frame.name))
        return this.put({ agent: String(frame.name), served: true, waiting: null })
      case 'ended':
        return this.put({ ended: true, waiting: null })
      case 'ack':
      case 'error':
        return this.answered(frame)
      default:
    }
  }

  private answered(frame: Frame): void {
    const about = this.waits.find((each) => each.frame.id === frame.id)
    if (!about) return
    if (frame.type === 'error' && LATER.includes(String(frame.code))) {
      setTimeout(() => this.welcomed && this.socket?.send(JSON.stringify(about.frame)), 700)
      return
    }
    this.hold(this.waits.filter((each) => each !== about))
    const failed = frame.type === 'error' && about.shown ? [{ id: about.frame.id, text: about.shown, failed: true }] : []
    this.put({ unsent: [...this.view.unsent.filter((each) => each.failed), ...failed, ...this.unsent()] })
  }

  private put(change: Partial<View>): void {
    this.view = { ...this.view, ...change }
    this.changed(this.view)
  }
}
