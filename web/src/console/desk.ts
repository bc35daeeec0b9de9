import { whenNoNetwork } from '../api/client'
import { checkSession, session } from '../shell/session'
import { type Answer, CommandRefused, type Frame, LiveSocket, socketAddress, type Status } from '../live/socket'
import { Store } from '../live/store'
import { reduce } from '../state/console'
import type { Connect, Contact, Offer, Snapshot } from '../state/frames'
import { ActiveTab } from './activeTab'
import { Leg } from './leg'
import { mutedAnew } from './muting'
import { isCall } from './Lists'
import type { Target } from './TransferDialog'

const CONSULTING = 'hotline.asked'
const PASSED_ON = 'hotline.passed_on'
const REJOIN_MS = 2_000
const REJOINS = 15
const SETTLED_MS = 300
const PRESSING_MS = 400

/** Everything behind the console's page: the live copy, commands, the leg, which window is the active one. */
export class Desk {
  readonly shown = new Store<Snapshot | null>(null)
  readonly status = new Store<Status>('connecting')
  /** With whom somebody is being asked about a contact, by its id. */
  readonly consulting = new Store<Readonly<Record<string, Target>>>(JSON.parse(sessionStorage.getItem(CONSULTING) ?? '{}') as Record<string, Target>)
  /** Tasks whose customer this agent has passed on to somebody else. */
  readonly passedOn = new Store<readonly string[]>(JSON.parse(sessionStorage.getItem(PASSED_ON) ?? '[]') as string[])
  readonly tab = new ActiveTab()
  readonly leg: Leg
  private seq = 0
  private readonly socket: LiveSocket
  private ends: (() => void)[] = []
  private joining = false
  /** Contacts that this window has ended itself. */
  private readonly left = new Set<string>()
  private readonly tries = new Map<string, number>()
  private readonly pressed = new Map<string, string>()

  constructor(
    private readonly hooks: { ended(reason: string, offer: Offer | undefined): void; over(contact: Contact, reason: string): void; problem(error: unknown): void },
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
    whenNoNetwork(this.socket.doubt)
    this.tab.start()
    const follow = () => {
      this.tries.clear()
      const active = this.tab.active.get()
      if (active) this.socket.start()
      else this.leave()
      if (active && legs) void this.leg.start(session.get().voice).then(() => this.catchUp())
      else this.leg.stop()
    }
    const looking = setInterval(() => void this.rejoinLost(), REJOIN_MS)
    // A window that is the only one learns so within moments: until then nothing is said of others.
    const settled = setTimeout(() => !this.tab.active.get() && this.leave(), SETTLED_MS)
    this.ends = [this.tab.active.follow(follow), () => clearInterval(looking), () => clearTimeout(settled)]
    if (this.tab.active.get()) follow()
  }

  stop(): void {
    this.ends.forEach((end) => end())
    this.socket.stop()
    this.tab.stop()
    this.leg.stop()
  }

  /** The service speaks with one window of a person: the others do not connect, and show what they knew. */
  private leave(): void {
    this.socket.stop()
    this.status.set('replaced')
  }

  /** Make this window the one in use; whichever was, is told. */
  takeHere(): void {
    if (this.tab.active.get()) this.socket.start()
    else this.tab.take()
  }

  reconnect(): void {
    this.socket.now()
  }

  command(type: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    if (type === 'hang_up') this.left.add(String(fields.contact_id))
    return this.socket.command(type, fields)
  }

  /** A command that may bring a call to this window. */
  async connecting(type: 'accept' | 'dial', fields: Record<string, unknown>, contactId = ''): Promise<Answer> {
    this.joining = true
    try {
      const answer = await this.command(type, fields)
      const connect = answer.connect as Connect | null | undefined
      if (connect) await this.leg.connect(connect.params, String(answer.contact_id ?? contactId))
      return answer
    } finally {
      this.joining = false
    }
  }

  /** Get a new leg for a call whose leg went with another page: accepting once more gives its parameters. */
  async rejoin(contact: Contact): Promise<void> {
    await this.connecting('accept', { offer_id: contact.offer_id }, contact.contact_id)
  }

  /** The service may still believe in the old leg: refused, it is asked again for as long as it would wait for one. */
  private async rejoinLost(): Promise<void> {
    const shown = this.shown.get()
    if (!shown || this.joining || !this.tab.active.get() || this.status.get() !== 'open' || shown.agent?.leg !== 'browser') return
    await this.leg.ready()
    const { kind, call } = this.leg.state.get()
    const contact = shown.contacts.find((each) => isCall(each) && each.leg !== 'phone' && ['connecting', 'talking', 'held'].includes(each.state))
    if (kind === 'none' || call || !contact || this.joining) return
    const tried = this.tries.get(contact.offer_id) ?? 0
    if (tried >= REJOINS) return
    this.tries.set(contact.offer_id, tried + 1)
    await this.rejoin(contact).catch((error: unknown) => {
      if (!(error instanceof CommandRefused)) this.hooks.problem(error)
    })
  }

  /** Wait no longer for a leg that does not come up. */
  async giveUp(contactId: string): Promise<void> {
    await this.command('hang_up', { contact_id: contactId })
    this.leg.drop()
  }

  /** Keys pressed one after the other go together: each sending is an announcement of the carrier's. */
  async press(contact: Contact, key: string): Promise<void> {
    const pressed = this.pressed.get(contact.contact_id)
    this.pressed.set(contact.contact_id, (pressed ?? '') + key)
    if (pressed !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, PRESSING_MS))
    const digits = this.pressed.get(contact.contact_id)
    this.pressed.delete(contact.contact_id)
    await this.command('keypad', { contact_id: contact.contact_id, digits })
    if (digits) this.leg.sent(contact.contact_id, digits)
  }

  async hold(contact: Contact): Promise<void> {
    await this.command(contact.state === 'held' ? 'unhold' : 'hold', { contact_id: contact.contact_id })
  }

  async mute(contact: Contact): Promise<void> {
    const muted = !this.leg.state.get().muted
    this.leg.mute(muted)
    await this.command('mute', { contact_id: contact.contact_id, muted })
  }

  async transfer(contactId: string, to: Target, mode: 'cold' | 'warm', note: string): Promise<void> {
    await this.command('transfer', { contact_id: contactId, to, mode, ...(note && { note }) })
    if (mode === 'warm') this.consult({ ...this.consulting.get(), [contactId]: to })
    else this.wasPassedOn(contactId)
  }

  async endConsulting(type: 'complete_transfer' | 'cancel_transfer', contactId: string): Promise<void> {
    await this.command(type, { contact_id: contactId })
    this.consultingNoMore(contactId)
    if (type === 'complete_transfer') this.wasPassedOn(contactId)
  }

  private wasPassedOn(contactId: string): void {
    const contacts = this.shown.get()?.contacts ?? []
    const passed = contacts.filter((each) => this.passedOn.get().includes(each.task_id) || each.contact_id === contactId).map((each) => each.task_id)
    sessionStorage.setItem(PASSED_ON, JSON.stringify(passed))
    this.passedOn.set(passed)
  }

  private consultingNoMore(contactId: string): void {
    const { [contactId]: _, ...others } = this.consulting.get()
    this.consult(others)
  }

  private consult(asked: Readonly<Record<string, Target>>): void {
    sessionStorage.setItem(CONSULTING, JSON.stringify(asked))
    this.consulting.set(asked)
  }

  /** A leg that stood before this page did is on hold or muted as it was. */
  private catchUp(): void {
    this.markHolds()
    this.leg.mute(mutedAnew([], this.shown.get()?.contacts ?? []) ?? false)
  }

  private markHolds(): void {
    for (const each of this.shown.get()?.contacts ?? []) {
      if (isCall(each) && (each.state === 'held' || each.state === 'talking')) this.leg.mark(each.contact_id, each.state === 'held')
    }
  }

  private take(frame: Frame): void {
    if (typeof frame.seq === 'number') this.seq = Math.max(this.seq, frame.seq)
    if (frame.type === 'snapshot') this.seq = Number(frame.seq)
    const before = this.shown.get()
    const gone = frame.type === 'contact_ended' ? before?.contacts.find((each) => each.contact_id === frame.contact_id) : undefined
    this.shown.set(reduce(before, frame))
    if (frame.type === 'contact' && !frame.consult && before?.contacts.find((each) => each.contact_id === frame.contact_id)?.consult) this.consultingNoMore(String(frame.contact_id))
    if (frame.type === 'contact' || frame.type === 'snapshot') {
      this.markHolds()
      const muted = mutedAnew(before?.contacts ?? [], this.shown.get()?.contacts ?? [])
      if (muted !== null) this.leg.mute(muted)
    }
    if (gone && typeof frame.reason === 'string') this.hooks.over(gone, frame.reason)
    else if (gone?.asked_by && gone.state !== 'wrapping' && !this.left.has(gone.contact_id)) this.hooks.over(gone, 'asked_no_more')
    if (frame.type === 'offer_ended') this.hooks.ended(String(frame.reason), before?.offers.find((each) => each.offer_id === frame.offer_id))
    if (frame.type === 'contact_ended') this.consultingNoMore(String(frame.contact_id))
  }
}
