import type { components } from '../api/schema'

/** What travels over the console's socket. Orders and agents have the shapes of the HTTP interface. */
type Schemas = components['schemas']

export interface Caller {
  from?: string | null
  from_masked?: string | null
  name: string | null
  customer_no: string | null
  account_no: string | null
  lang: string
}
export type Agent = Schemas['AgentShape'] & { connected?: boolean; availability?: string; rev: number }
/** The emergency that somebody told of; `words` are theirs, null where it was key 8. */
export interface Danger {
  order_no: string
  words: string | null
  /** Of that order. */
  state?: string | null
}
export interface Offer {
  offer_id: string
  contact_id: string
  task_id: string
  order_no: string | null
  queue: string
  mode: 'phone' | 'web' | 'field'
  kind: string
  expires_at: string | null
  reason: string | null
  danger?: Danger | null
  learned?: Record<string, unknown>
  /** When the wait in a queue began; none where a colleague is asked in. */
  waiting_since: string | null
  caller: Caller | null
  /** The colleague who asks, or hands it over. */
  asked_by?: { agent_no: string; name: string } | null
  /** Why they do. */
  note?: string
  rev: number
}
export interface Message {
  contact_id: string
  message_id: string
  from: 'customer' | 'agent' | 'hotline'
  text: string
  /** Labels of the buttons that stood under it. */
  choices?: string[]
  /** The word of danger in what the customer wrote. */
  hazard?: string
  /** The agent who wrote it. */
  by?: { agent_no: string; name: string | null }
  at: string
}
/** Help that was asked for; once a supervisor has heard it, who, and what they say. */
export interface Help {
  at: string
  heard_at: string | null
  heard_by: { agent_no: string; name: string | null } | null
  note: string | null
}
export interface Contact {
  contact_id: string
  channel: 'voice' | 'chat' | 'sms' | null
  task_id: string
  offer_id: string
  order_no: string | null
  kind: string
  state: 'connecting' | 'talking' | 'held' | 'wrapping'
  queue: string
  /** How the agent is with them now: whoever wrote may have been called back. */
  mode: 'phone' | 'web' | 'field'
  /** With what the agent speaks; null where they write. */
  leg?: 'browser' | 'phone' | null
  /** The caller does not hear the agent, whichever window asked for that. */
  muted?: boolean
  /** The browser's leg went with its page: the caller is on hold until another one comes. */
  lost?: boolean
  danger?: Danger | null
  since: string | null
  until: string | null
  identity: 'none' | 'hint' | 'verified'
  caller: Caller | null
  customer_no: string | null
  account_no: string | null
  lang: string | null
  learned: Record<string, unknown>
  disposition: string | null
  started_at?: string
  /** Since when a customer of the web has had no window open. */
  left_at?: string | null
  help?: Help | null
  /** The colleague who asked this agent in, and may end that. */
  asked_by?: { agent_no: string; name: string } | null
  /** The colleague who handed it over. */
  passed_by?: { agent_no: string; name: string } | null
  /** Why the colleague asks, or handed it over. */
  note?: string
  /** Who is being asked about it; `calling` until somebody has answered. */
  consult?: { agent_no: string | null; queue: string; state: 'calling' | 'talking' } | null
  messages: Message[]
  rev: number
}
export type Order = Schemas['OrderShape'] & { help?: Help | null; rev: number }
export interface Queue {
  name: string
  mode: string
  waiting: number
  longest_wait_s?: number
  oldest_at: string | null
  agents: Record<string, number>
  offered: number
  answered: number
  abandoned: number
  service_level: number | null
  in_time: number
  counted: number
  target_percent: number
  target_within_s: number
  asa_s: number | null
  aht_s: number | null
  estimate_s: number | null
  /** Danger to which no crew goes; 0 where no crews work. */
  danger_without_crew: number
  unmanned: boolean
  /** With `unmanned`: somebody is there, but left a caller waiting. */
  unanswered: boolean
  open: boolean
}
export interface Warning {
  warning_id: string
  kind: string
  level: string
  about: string
  queue: string | null
  order_no: string | null
  contact_id: string | null
  agent_no: string | null
  /** Of the contact that it is about. */
  channel?: string | null
  facts: Record<string, unknown>
  times: number
  at: string
}
export interface Announcement {
  announcement_id: string
  text: string
  level: string
  author: string | null
  at: string
  until: string | null
}
export interface Snapshot {
  feed: string
  build: string
  seq: number
  agent: Agent | null
  offers: Offer[]
  contacts: Contact[]
  orders: Order[]
  queues: Queue[]
  warnings: Warning[]
  announcements: Announcement[]
  dispositions: string[]
  decline_reasons: string[]
  break_reasons: string[]
  verify_items: string[]
}
export type Frame = { type: string; seq?: number } & Record<string, unknown>

export interface Connect {
  params: Record<string, string>
}
export interface Ack {
  type: 'ack'
  id: string
  connect?: Connect | null
  contact_id?: string
  message_id?: string
}

export interface BoardAgent {
  agent_no: string
  name: string
  role: string
  team: string | null
  modes: string[]
  state: string
  /** What was chosen for when the work in hand is over. */
  availability?: string
  /** The job that a crew has in hand. */
  job_no: string | null
  reason: string | null
  since: string | null
  /** Queues whose counts this person is in. */
  queues: string[]
}
export interface Board {
  /** Whose people and warnings these are; null = everybody's. Figures are always of the whole house. */
  unit: string | null
  queues: Queue[]
  agents: BoardAgent[]
  clocks: { running: number; due_in_1_h: number; breached: number }
  follow_ups: { callbacks_due: number; calls_agreed: number; recordings_unheard: number }
  surveys: { n: number; mean: number | null; low: number }
  warnings: Warning[]
  as_of: string
}
