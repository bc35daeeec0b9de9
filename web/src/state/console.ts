import type { Contact, Frame, Message, Snapshot } from './frames'

/**
 * The console's copy of what the service shows: `reduce(old, frame)`. The rules are those of the service's own
 * `agents.console`, and both run the fixtures of tests/fixtures/console: old snapshot + frames = fresh snapshot.
 */
type Item = Record<string, unknown> & { rev: number }
type State = Record<string, unknown>

const KINDS: Record<string, readonly [member: string, key: string]> = {
  agent: ['agent', 'agent_no'],
  offer: ['offers', 'offer_id'],
  contact: ['contacts', 'contact_id'],
  queue: ['queues', 'name'],
  order: ['orders', 'order_no'],
  warning: ['warnings', 'warning_id'],
  announcement: ['announcements', 'announcement_id'],
}
const ENDED = '_ended'

export function reduce<S extends object = Snapshot>(before: S | null, frame: Frame | Record<string, unknown>): S {
  const state = (before ?? {}) as State
  return reduced(state, frame as Record<string, unknown>) as unknown as S
}

function reduced(state: State, frame: Record<string, unknown>): State {
  const kind = String(frame.type)
  if (kind === 'snapshot') return without(frame, 'type')
  if (kind === 'chat') return withMessage(state, fields(frame))
  if (kind in KINDS) return withObject(state, kind, fields(frame))
  const ended = kind.endsWith(ENDED) ? kind.slice(0, -ENDED.length) : ''
  if (ended in KINDS) return withoutObject(state, ended, frame)
  return state
}

function fields(frame: Record<string, unknown>): Item {
  return without(frame, 'type', 'seq') as Item
}

function without(object: Record<string, unknown>, ...names: string[]): State {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function newer(known: Item | null | undefined, item: Item): Item {
  return known && known.rev > item.rev ? known : item
}

function list(state: State, member: string): Item[] {
  return (state[member] as Item[] | undefined) ?? []
}

function withObject(state: State, kind: string, item: Item): State {
  const [member, key] = KINDS[kind]!
  if (kind === 'agent') return { ...state, agent: newer(state.agent as Item | null, item) }
  if (kind === 'order') item.type = item.order_type
  const items = list(state, member)
  const known = items.find((each) => each[key] === item[key])
  if (kind === 'contact') item.messages = known ? known.messages : []
  const others = items.filter((each) => each !== known)
  const sorted = [...others, newer(known, item)].sort((a, b) => byText(String(a[key]), String(b[key])))
  return { ...state, [member]: sorted }
}

function withoutObject(state: State, kind: string, frame: Record<string, unknown>): State {
  const [member, key] = KINDS[kind]!
  return { ...state, [member]: list(state, member).filter((each) => each[key] !== frame[key]) }
}

function withMessage(state: State, message: Item): State {
  const contacts = (state.contacts as Contact[] | undefined) ?? []
  const line = message as unknown as Message
  return {
    ...state,
    contacts: contacts.map((contact) => {
      if (contact.contact_id !== line.contact_id) return contact
      const others = contact.messages.filter((each) => each.message_id !== line.message_id)
      return { ...contact, messages: [...others, line].sort(inTime) }
    }),
  }
}

function inTime(a: Message, b: Message): number {
  return byText(a.at, b.at) || byText(a.message_id, b.message_id)
}

/** By code units, as the service sorts; not by anybody's alphabet. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
