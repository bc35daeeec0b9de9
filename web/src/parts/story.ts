import type { Schemas } from '../api/client'
import type { Speech } from '../i18n'
import { length } from '../i18n/formats'

type Entry = Schemas['TimelineEntry']
type Tell = Pick<Speech, 't' | 'word' | 'lang'>

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** What a step of a story was, in the reader's language; what has no sentence here is told in the service's words. */
export function toldOf(entry: Entry, speech: Tell): string {
  const { t, word, lang } = speech
  const data = entry.data ?? {}
  const reason = word('reason', entry.text.split(': ')[1] ?? '')
  switch (entry.kind) {
    case 'turn':
      return turn(entry, speech)
    case 'task':
      if (entry.text.startsWith('left the line')) return t('told.left_line')
      return data.queue ? `${word('queue', text(data.queue))}${reason ? ` · ${reason}` : ''}` : entry.text
    case 'offer': {
      const why = data.why as { waited_ms?: number } | undefined
      const who = /^\S+/.exec(entry.text)?.[0] ?? ''
      return lang === 'en' ? entry.text : t('told.offer', { who, t: length(lang, (why?.waited_ms ?? 0) / 1000) })
    }
    case 'offer_declined':
      return word('decline', text(data.reason)) || entry.text
    case 'offer_accepted':
    case 'connected':
      return ''
    case 'hold':
      return entry.text === 'off hold' ? t('call.unhold') : t('call.hold')
    case 'lookup':
      if (data.opened === 'account') return t('told.account', { no: text(data.account_no) })
      return data.opened ? t('told.customer') : entry.text
    case 'hangup':
      return entry.actor.kind === 'agent' ? t('told.by_agent') : t('told.by_caller')
    case 'wrap_up':
      return [word('disposition', text(data.disposition)), text(data.note)].filter(Boolean).join(' · ')
    case 'note':
      return note(entry, speech)
    default:
      return entry.text || text(data.order_no) || text(data.note)
  }
}

function turn(entry: Entry, { t }: Tell): string {
  const data = entry.data ?? {}
  const words = text(data.words) || text(data.speech) || text(data.text)
  if (data.keys !== undefined) return t('told.keys', { keys: text(data.keys) })
  if (words) return t('told.words', { words })
  if (data.input === 'call') return t('told.call', { from: text(data.from) || text(data.from_masked) })
  if (data.input === 'silence') return t('told.silence')
  if (data.input === 'talk_ended') return t('told.back')
  return entry.text
}

function note(entry: Entry, { t, word }: Tell): string {
  const data = entry.data ?? {}
  if (Array.isArray(data.items)) return t('told.verified', { items: data.items.map((item) => word('verify', text(item))).join(' · ') })
  if (entry.text === 'asked for help') return [t('call.help'), text(data.note)].filter(Boolean).join(' · ')
  if (data.state) return word('state', text(data.state))
  return entry.text || text(data.note)
}
