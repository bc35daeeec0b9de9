/**
 * A socket that comes back: reconnects with jitter, says when what is shown may be old, and sends a command again
 * after a reconnection until it is answered (the same `id` has one effect).
 */
/** `replaced`: another window is connected for the same person; this one stays away until it is started again. */
export type Status = 'connecting' | 'open' | 'lost' | 'ended' | 'replaced'
export interface Frame {
  type: string
  [name: string]: unknown
}
export interface Answer extends Frame {
  type: 'ack'
  id: string
}
export class CommandRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
interface Pending {
  text: string
  resolve(answer: Answer): void
  reject(error: CommandRefused): void
  retries: number
}
export interface SocketOptions {
  /** The address to connect to now; it may name where to go on. */
  address(): string
  onFrame(frame: Frame): void
  onStatus(status: Status): void
  /** Whether the log-in still holds; asked when the service refuses a connection. */
  mayReturn(): Promise<boolean>
  open?(address: string): WebSocket
  random?(): number
}

const FIRST_MS = 500
const LONGEST_MS = 10_000
const PING_MS = 10_000
/** How long an answer to a ping may take; after what looks like a lost network less. */
const ANSWER_MS = 5_000
const QUICK_MS = 2_000
const RETRY_MS = 700
const RETRIES = 8
const REPLACED = 4001
const SESSION_ENDED = 4003

export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
  return Math.round(ceiling / 2 + (ceiling / 2) * random)
}

export class LiveSocket {
  private socket: WebSocket | null = null
  private attempt = 0
  private heard = 0
  private unanswered: ReturnType<typeof setTimeout> | null = null
  private dueAt = 0
  private timers: ReturnType<typeof setTimeout>[] = []
  private ping: ReturnType<typeof setInterval> | null = null
  private readonly pending = new Map<string, Pending>()
  private closed = false

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (this.socket && !this.closed) return
    this.closed = false
    this.attempt = 0
    globalThis.addEventListener?.('online', this.now)
    globalThis.addEventListener?.('offline', this.doubt)
    this.connect()
  }

  stop(): void {
    this.closed = true
    globalThis.removeEventListener?.('online', this.now)
    globalThis.removeEventListener?.('offline', this.doubt)
    this.timers.forEach(clearTimeout)
    this.timers = []
    if (this.ping) clearInterval(this.ping)
    if (this.unanswered) clearTimeout(this.unanswered)
    this.unanswered = null
    this.drop()
    for (const [id, each] of this.pending) {
      each.reject(new CommandRefused('closed', id))
    }
    this.pending.clear()
  }

  /** Send a command; resolves with its `ack`. It waits for a lost connection to return. */
  command(type: string, fields: Record<string, unknown> = {}, id: string = crypto.randomUUID()): Promise<Answer> {
    const text = JSON.stringify({ type, id, ...fields })
    return new Promise((resolve, reject) => {
      this.pending.set(id, { text, resolve, reject, retries: 0 })
      this.send(text)
    })
  }

  /** Try at once instead of after the pause. */
  readonly now = (): void => {
    if (this.closed || this.socket?.readyState === WebSocket.OPEN) return
    this.timers.forEach(clearTimeout)
    this.timers = []
    this.drop()
    this.connect()
  }

  /** Something else found no network: see at once whether this line still lives. */
  readonly doubt = (): void => {
    if (this.socket?.readyState === WebSocket.OPEN) this.beat(QUICK_MS)
  }

  private send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text)
  }

  private connect(): void {
    this.options.onStatus(this.attempt === 0 ? 'connecting' : 'lost')
    const open = this.options.open ?? ((address) => new WebSocket(address))
    const socket = open(this.options.address())
    this.socket = socket
    socket.onopen = () => {
      this.heard += 1
      for (const each of this.pending.values()) socket.send(each.text)
    }
    socket.onmessage = (event) => {
      this.heard += 1
      this.hear(JSON.parse(String(event.data)) as Frame)
    }
    socket.onclose = (event) => {
      if (this.socket === socket) void this.lost(event.code)
    }
    if (this.ping) clearInterval(this.ping)
    this.ping = setInterval(() => this.beat(), PING_MS)
  }

  private hear(frame: Frame): void {
    if (frame.type === 'ack' || frame.type === 'error') {
      this.answered(frame)
      return
    }
    this.attempt = 0
    this.options.onStatus('open')
    this.options.onFrame(frame)
  }

  private answered(frame: Frame): void {
    const id = String(frame.id)
    const waiting = this.pending.get(id)
    if (!waiting) return
    if (frame.type === 'error' && frame.code === 'retry_later' && waiting.retries < RETRIES) {
      waiting.retries += 1
      this.timers.push(setTimeout(() => this.send(waiting.text), RETRY_MS))
      return
    }
    this.pending.delete(id)
    if (frame.type === 'ack') waiting.resolve(frame as Answer)
    else waiting.reject(new CommandRefused(String(frame.code), String(frame.message)))
  }

  /** A line on which nothing is heard until the answer to a ping is due is lost. */
  private beat(answerMs = ANSWER_MS): void {
    const { socket, heard } = this
    if (!socket || this.closed) return
    this.send(JSON.stringify({ type: 'ping', id: `ping-${Date.now()}` }))
    if (this.unanswered && this.dueAt <= Date.now() + answerMs) return
    if (this.unanswered) clearTimeout(this.unanswered)
    this.dueAt = Date.now() + answerMs
    this.unanswered = setTimeout(() => {
      this.unanswered = null
      if (this.socket !== socket || this.heard !== heard) return
      this.drop()
      void this.lost(1006)
    }, answerMs)
  }

  private drop(): void {
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private async lost(code: number): Promise<void> {
    if (this.closed) return
    if (code === REPLACED) {
      this.stop()
      this.options.onStatus('replaced')
      return
    }
    this.socket = null
    this.options.onStatus('lost')
    if (code === SESSION_ENDED || this.attempt > 0) {
      const may = await this.options.mayReturn().catch(() => true)
      if (!may) {
        this.options.onStatus('ended')
        this.stop()
        return
      }
    }
    if (this.closed) return
    const pause = backoffMs(this.attempt, (this.options.random ?? Math.random)())
    this.attempt += 1
    this.timers.push(setTimeout(() => !this.socket && this.connect(), pause))
  }
}

export function socketAddress(path: string, query: Record<string, string> = {}): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const text = new URLSearchParams(query).toString()
  return `${scheme}//${location.host}${path}${text ? `?${text}` : ''}`
}
