import type { Schemas } from '../api/client'
import { clockTime, dayAndTime, length } from '../i18n/formats'
import type { Speech } from '../i18n'

type Entry = Schemas['TimelineEntry']
type Tell = Pick<Speech, 't' | 'word' | 'lang'> & { written?: boolean }
type Data = Record<string, unknown>

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : [])
const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ')
/** A step that the phone told later than this was taken at another time than the service heard of it. */
const LATE_MS = 30_000
/** What stands after the colon in the service's own words for a step. */
const after = (words: string): string => /: (.*)$/s.exec(words)?.[1] ?? ''

/** What a step of a story was, in the reader's language. What people wrote or said stays as it is. */
export function toldOf(entry: Entry, speech: Tell, channel?: string): string {
  const teller = TELLERS[entry.kind]
  return teller ? teller(entry, entry.data ?? {}, isWritten(channel) ? inWriting(speech) : speech) : ''
}

export interface Told {
  entry: Entry
  words: string
  /** How often the same happened within a minute, one after the other. */
  times: number
}

const SAME_MS = 60_000

/** The steps of a story with their words; what the same person looked up again at once is one step. */
export function steps(entries: readonly Entry[], speech: Speech, channel?: string): Told[] {
  const told: Told[] = []
  for (const entry of entries) {
    const words = toldOf(entry, speech, channel)
    const lookups = entry.kind === 'lookup' ? told.slice(told.findLastIndex((each) => each.entry.kind !== 'lookup') + 1) : []
    const same = lookups.find((each) => each.words === words && isAtOnce(each.entry, entry))
    if (same) same.times += 1
    else told.push({ entry, words, times: 1 })
  }
  return told
}

function isAtOnce(first: Entry, again: Entry): boolean {
  return first.actor.kind === again.actor.kind && first.actor.id === again.actor.id && Date.parse(again.at) - Date.parse(first.at) < SAME_MS
}

/** Whoever writes neither calls nor hangs up. */
export function isWritten(channel: string | undefined): boolean {
  return channel === 'chat' || channel === 'sms'
}

const WRITTEN: Record<string, string> = { 'gone.caller_gone': 'customer_left', 'gone.hangup': 'customer_left', 'reason.caller_asked': 'customer_asked', 'reason.asked': 'customer_asked' }

function inWriting({ word, ...speech }: Tell): Tell & { written: true } {
  return { ...speech, word: (list, value) => word(list, WRITTEN[`${list}.${value}`] ?? value), written: true }
}

const TELLERS: Record<string, (entry: Entry, data: Data, speech: Tell) => string> = {
  turn,
  lookup,
  effect,
  task,
  offer,
  offer_accepted: () => '',
  offer_declined: (_, data, { word }) => word('decline', text(data.reason)),
  offer_expired: (_, data) => named(data.agent_no),
  connected: (entry, _, { t }) => t('tell.talks', { who: /\S+$/.exec(entry.text)?.[0] ?? '' }),
  hold: (entry, _, { t }) => (entry.text === 'off hold' ? t('call.unhold') : t('call.hold')),
  transfer,
  hangup,
  wrap_up: (_, data, { word }) => joined(word('disposition', text(data.disposition)), text(data.note)),
  survey: (_, data, speech) => score(data, speech) || speech.t('tell.invited'),
  message,
  order,
  clock: (entry, data, { t, word }) =>
    data.clock ? t('tell.clock', { clock: word('clock', text(data.clock)), event: word('clock_event', text(data.event)) }) : word('note', entry.text.replaceAll(' ', '_')),
  note,
}

/** The number of a person; an on-call phone is one too. */
function named(agentNo: unknown): string {
  return text(agentNo).replace(/^duty:/, '')
}

function turn(entry: Entry, data: Data, { t, word, lang }: Tell): string {
  const words = text(data.words) || text(data.speech) || text(data.text) || (data.input === 'speech' || data.input === 'text' ? entry.text : '')
  if (data.keys !== undefined) return t('tell.keys', { keys: text(data.keys) })
  if (words) return t(data.input === 'speech' ? 'tell.words' : 'tell.writes', { words })
  switch (data.input) {
    case 'call': {
      const from = text(data.from) || text(data.from_masked)
      return from ? t('tell.call', { from }) : t('tell.call_withheld')
    }
    case 'digits':
      return t('tell.digits', { n: text(data.length) })
    case 'recording':
      return t('tell.recording', { t: length(lang, Number(data.duration_s ?? 0)) })
    case 'left':
      return joined(word('input', 'left'), word('gone', text(data.result)))
    case undefined:
      return word('note', entry.text.replaceAll(' ', '_'))
    default:
      return word('input', text(data.input))
  }
}

function lookup(entry: Entry, data: Data, speech: Tell): string {
  const { t, word } = speech
  if (data.opened === 'account') return t('tell.account', { no: text(data.account_no) })
  if (data.opened) return t('tell.customer')
  return data.service ? service(entry, data, speech) : word('note', entry.text)
}

function effect(entry: Entry, data: Data, speech: Tell): string {
  if (data.service) return service(entry, data, speech)
  return data.lang ? speech.t('tell.language', { lang: speech.word('lang', text(data.lang)) }) : speech.word('note', entry.text)
}

function service(_: Entry, data: Data, speech: Tell): string {
  const { t, word } = speech
  if (data.service === 'survey.record') return score(data, speech) || word('service', 'survey.record')
  const what = word('service', text(data.service))
  return joined(data.outcome ? t('tell.result', { what, result: word('result', text(data.outcome)) }) : what, text(data.order_no))
}

function score(data: Data, { t }: Tell): string {
  const solved = data.solved === true ? t('tell.solved') : data.solved === false ? t('tell.not_solved') : ''
  return joined(typeof data.score === 'number' ? t('tell.score', { n: data.score }) : '', solved)
}

function task(entry: Entry, data: Data, { t, word }: Tell): string {
  const why = after(entry.text)
  if (entry.text.startsWith('left the line')) return t('tell.left_line', { why: word('gone', why) })
  if (data.rule) return t('tell.divert', { rule: word('divert', text(data.rule)), why: word('gone', why) })
  const moved = /^(\S+) → (\S+):/.exec(entry.text)
  if (moved) return t('tell.overflow', { from: word('queue', moved[1]), to: word('queue', moved[2]), why: word('gone', why) })
  const queue = word('queue', text(data.queue))
  return why ? t('tell.waits_why', { queue, why: word('reason', why) }) : t('tell.waits', { queue })
}

function offer(entry: Entry, data: Data, { t, word, lang }: Tell): string {
  if (entry.text.startsWith('offer withdrawn')) return t('tell.withdrawn', { why: word('gone', text(data.reason)) })
  if (entry.text.startsWith('offer failed')) {
    const reason = text(data.reason).replaceAll('-', '_')
    return t('tell.not_up', { why: word('gone', reason.startsWith('carrier_') ? 'failed' : reason) })
  }
  const why = (data.why ?? {}) as { waited_ms?: number; rule?: string }
  const who = named(text(data.agent_no) || (/^\S+/.exec(entry.text)?.[0] ?? ''))
  const rule = why.rule?.startsWith('preferred_') ? 'preferred' : why.rule
  return t('tell.offer', { who, rule: word('rule', rule), t: length(lang, (why.waited_ms ?? 0) / 1000) })
}

function transfer(entry: Entry, data: Data, { t, word }: Tell): string {
  if (data.outcome) return t('tell.transfer', { outcome: word('gone', text(data.outcome)) })
  const to = data.queue ? word('queue', text(data.queue)) : text(data.agent_no)
  return joined(t('tell.transfer_to', { mode: word('transfer', entry.text.split(' ')[0]), to }), text(data.note))
}

function hangup(entry: Entry, _: Data, { t, written }: Tell): string {
  if (entry.actor.kind === 'system') return t('tell.by_system')
  if (entry.actor.kind === 'carrier') return t('tell.by_line')
  return entry.actor.kind === 'agent' && !entry.text.endsWith('by caller') ? t(written ? 'chat.end' : 'tell.by_agent') : t(written ? 'tell.by_customer' : 'tell.by_caller')
}

function message(entry: Entry, data: Data, { t, word }: Tell): string {
  if (entry.text.startsWith('text sent')) {
    const words = text(data.words)
    return joined(words ? t('tell.sms_words', { words }) : t('tell.sms'), data.status ? word('sms_status', text(data.status)) : '')
  }
  if (entry.text.startsWith('told in the chat')) return t('tell.chat_words', { words: text(data.words) })
  return entry.text || text(data.text)
}

function order(entry: Entry, data: Data, speech: Tell): string {
  const { t, word, lang } = speech
  if (data.of && typeof data.expected_at === 'number') {
    return t(data.of === 'arrive' ? 'story.eta_arrive' : 'story.eta_restore', { at: dayAndTime(lang, new Date(data.expected_at).toISOString()) })
  }
  const step = data.to ? t('tell.moved', { from: word('order', text(data.from)), to: word('order', text(data.to)) }) : ''
  const kind = data.type && !step ? word('type', text(data.type)) : ''
  const doubt = data.unverified === true ? t('story.unverified') : ''
  const told = typeof data.device_at === 'number' && Math.abs(data.device_at - Date.parse(entry.at)) > LATE_MS
  const then = told ? t('story.on_phone', { at: clockTime(lang, new Date(data.device_at as number).toISOString(), true) }) : ''
  const said = joined(step || word('did', entry.text), then, doubt, kind, text(data.order_no) || text(data.subject), text(data.note), text(data.description), place(data))
  return [said, changesOf(data, speech)].filter(Boolean).join('\n')
}

const LIST_OF: Record<string, string> = { level: 'level', subtype: 'subtype', area_type: 'area' }

/** What was changed in an order, a line for each field: before and after, as far as the reader may see them. */
function changesOf(data: Data, speech: Tell): string {
  const changes = (data.changes ?? {}) as Record<string, { before: unknown; after: unknown }>
  return Object.entries(changes)
    .map(([name, { before, after }]) => speech.t('tell.changed', { what: speech.word('amended', name), before: valueOf(name, before, speech), after: valueOf(name, after, speech) }))
    .join('\n')
}

function valueOf(name: string, value: unknown, { t, word, lang }: Tell): string {
  if (value === null || value === undefined || value === '') return t('common.none')
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (name.endsWith('_at') && typeof value === 'number') return dayAndTime(lang, new Date(value).toISOString())
  return typeof value === 'object' ? t('common.unknown') : word(LIST_OF[name] ?? name, text(value))
}

function place(data: Data): string {
  return typeof data.place === 'string' ? data.place : ''
}

function note(entry: Entry, data: Data, { t, word, lang }: Tell): string {
  if (Array.isArray(data.items)) return t('tell.verified', { items: list(data.items).map((item) => word('verify', item)).join(' · ') })
  if (data.warning && entry.text.startsWith('warning:')) return t('tell.warned', { what: word('warning', text(data.warning)) })
  if (data.warning && entry.text.startsWith('over:')) return t('tell.warning_over', { what: word('warning', text(data.warning)) })
  if (/^sent \d+ keys?$/.test(entry.text)) return t('tell.keypad')
  if (entry.text === 'not reached') return joined(word('note', 'not_reached'), word('gone', text(data.reason)))
  if (data.muted !== undefined) return t(data.muted ? 'tell.muted' : 'tell.unmuted')
  if (data.state) return joined(word('state', text(data.state)), word('break', text(data.reason)))
  if (data.unanswered) return t('tell.queue_unanswered', { queue: word('queue', text(data.queue)) })
  if (data.unmanned !== undefined) return t(data.unmanned ? 'tell.unmanned' : 'tell.manned', { queue: word('queue', text(data.queue)) })
  const waited = /^emergency unanswered for (\d+) s/.exec(entry.text)
  if (waited) return t('tell.unanswered', { t: length(lang, Number(waited[1])) })
  if (/^\w+: /.test(entry.text) && typeof data.note === 'string') {
    const said = data.note === 'hazard' ? after(entry.text) : ''
    return joined(word('noted', data.note), said)
  }
  const code = entry.text.replaceAll(' ', '_')
  const known = word('note', code) === code ? word('did', code) : word('note', code)
  return joined(known, text(data.to), text(data.warning) && word('warning', text(data.warning)), text(data.note))
}
