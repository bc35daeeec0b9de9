import { checkSession } from '../shell/session'
import { type Answer, type Frame, LiveSocket, socketAddress, type Status } from '../live/socket'
import { Store } from '../live/store'
import { reduce } from '../state/console'
import type { Connect, Contact, Snapshot } from '../state/frames'
import { ActiveTab } from './activeTab'
import { Leg } from './leg'

const CONSULTING = 'hotline.consulting'

/** Everything behind the console's page: the live copy, commands, the leg, which window is the active one. */
export class Desk {
  readonly shown = new Store<Snapshot | null>(null)
  readonly status = new Store<Status>('connecting')
  readonly consulting = new Store<readonly string[]>(JSON.parse(sessionStorage.getItem(CONSULTING) ?? '[]') as string[])
  readonly tab = new ActiveTab()
  readonly leg: Leg
  private seq = 0
  private readonly socket: LiveSocket
  private ends: (() => void)[] = []

  constructor(
    private readonly hooks: { ended(reason: string, offerId: string): void; problem(error: unknown): void },
  ) {
    this.leg = new Leg(hooks.problem)
    this.socket = new LiveSocket({
      address: () => {
        const known = this.shown.get()
        return socketAddress('/api/console', known ? { after: String(this.seq), feed: known.feed } : {})
      },
      onFrame: (frame) => this.take(frame),
      onStatus: (status) => this.status.set(status),
      mayReturn: checkSession,
    })
  }

  start(legs: boolean): void {
    this.socket.start()
    this.tab.start()
    const follow = () => {
      if (this.tab.active.get() && legs) void this.leg.start()
      else this.leg.stop()
    }
    this.ends = [this.tab.active.follow(follow)]
    follow()
  }

  stop(): void {
    this.ends.forEach((end) => end())
    this.socket.stop()
    this.tab.stop()
    this.leg.stop()
  }

  reconnect(): void {
    this.socket.now()
  }

  command(type: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    return this.socket.command(type, fields)
  }

  /** A command that may bring a call to this window. */
  async connecting(type: 'accept' | 'dial', fields: Record<string, unknown>): Promise<Answer> {
    const answer = await this.command(type, fields)
    const connect = answer.connect as Connect | null | undefined
    if (connect) await this.leg.connect(connect.params)
    return answer
  }

  async hold(contact: Contact): Promise<void> {
    await this.command(contact.state === 'held' ? 'unhold' : 'hold', { contact_id: contact.contact_id })
  }

  async mute(contact: Contact): Promise<void> {
    const muted = !this.leg.state.get().muted
    this.leg.mute(muted)
    await this.command('mute', { contact_id: contact.contact_id, muted })
  }

  async transfer(contactId: string, to: Record<string, string>, mode: 'cold' | 'warm'): Promise<void> {
    await this.command('transfer', { contact_id: contactId, to, mode })
    if (mode === 'warm') this.consult([...this.consulting.get(), contactId])
  }

  async endConsulting(type: 'complete_transfer' | 'cancel_transfer', contactId: string): Promise<void> {
    await this.command(type, { contact_id: contactId })
    this.consult(this.consulting.get().filter((each) => each !== contactId))
  }

  private consult(contactIds: readonly string[]): void {
    sessionStorage.setItem(CONSULTING, JSON.stringify(contactIds))
    this.consulting.set(contactIds)
  }

  private take(frame: Frame): void {
    if (typeof frame.seq === 'number') this.seq = Math.max(this.seq, frame.seq)
    if (frame.type === 'snapshot') this.seq = Number(frame.seq)
    this.shown.set(reduce(this.shown.get(), frame))
    if (frame.type === 'offer_ended') this.hooks.ended(String(frame.reason), String(frame.offer_id))
    if (frame.type === 'contact_ended') this.consult(this.consulting.get().filter((each) => each !== frame.contact_id))
  }
}
