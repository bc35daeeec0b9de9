import { type Speech, useSpeech } from '../i18n'
import { clockTime, dayAndTime, length, timer } from '../i18n/formats'
import { secondsSince, useNow } from '../parts/now'
import type { Caller, Contact, Offer, Danger, Queue } from '../state/frames'

interface ContactsProps {
  contacts: readonly Contact[]
  chosen: string | null
  unread: (contact: Contact) => number
  onChoose(contactId: string): void
}

const DONE_WITH = ['restored', 'not_ours', 'archived', 'cancelled', 'duplicate']

/** Whether there is danger that nobody has done away with yet. */
export function alarms(danger: Danger | null | undefined): boolean {
  return Boolean(danger) && !DONE_WITH.includes(danger?.state ?? '')
}

/** What rings, in the order in which the keys take it: emergencies, other danger, then what is withdrawn soonest. */
export function firstFirst(offers: readonly Offer[]): Offer[] {
  const rank = (offer: Offer) => (offer.queue === 'emergency' ? 0 : alarms(offer.danger) ? 1 : 2)
  return [...offers].sort((a, b) => rank(a) - rank(b) || ((a.expires_at ?? '') < (b.expires_at ?? '') ? -1 : 1))
}

/** The number as far as it may be shown; customers on the web have none. */
export function numberOf(caller: Caller | null): string {
  const number = caller?.from ?? caller?.from_masked ?? ''
  return /\d/.test(number) ? number : ''
}

/** A colleague as they are told of: number and name. */
export function colleague(who: { agent_no: string; name: string }): string {
  return `${who.agent_no} ${who.name}`
}

export function titleOf(contact: Contact, speech: Pick<Speech, 't'>): string {
  return contact.caller?.name || numberOf(contact.caller) || contact.order_no || nameless(contact, speech)
}

/** What somebody is called of whom neither name nor number is known: of several customers of the web each has a mark. */
export function nameless({ channel, contact_id }: { channel: string | null; contact_id: string }, { t }: Pick<Speech, 't'>): string {
  return channel === 'chat' ? `${t('chat.visitor')} ${contact_id.slice(-3).toUpperCase()}` : t('offer.unknown_caller')
}

/** Whether the agent and they are on the phone; who wrote and is called back, is. */
export function isCall(contact: Pick<Contact, 'channel' | 'mode'>): boolean {
  return Boolean(contact.channel) && contact.mode === 'phone'
}

/** A written conversation is no call, though it is in the same state; nor is work on an order. */
export function stateWord(contact: Pick<Contact, 'channel' | 'mode' | 'state'>, { t, word }: Pick<Speech, 't' | 'word'>): string {
  if (contact.state !== 'talking' || isCall(contact)) return word('state', contact.state)
  return t(contact.channel ? 'chat.under_way' : 'call.at_work')
}

/** How a contact came, or that it is an order. */
export function kindWord(contact: Pick<Contact, 'channel' | 'kind'>, { word }: Pick<Speech, 'word'>): string {
  return word('channel', contact.channel) || word('kind', contact.kind === 'contact' ? 'order' : contact.kind)
}

const INNER = ['reason', 'silent', 'resumes']
const FIRST = ['been', 'identified_no', 'account_tail4', 'order_type', 'order_no', 'order_state', 'outage_area']
const OF_LIST: Record<string, string> = { scope: 'scope', bill_state: 'bill', order_type: 'type', order_state: 'order' }

/** What self-service learned, in words, where the caller has been first; what only the service needs is left out. */
export function learnedOf(learned: Record<string, unknown>, { t, word, lang }: Pick<Speech, 't' | 'word' | 'lang'>): [string, string][] {
  const told = (name: string, value: unknown): string => {
    if (name === 'been') return (value as string[]).map((topic) => word('topic', topic)).join(' › ')
    if (name in OF_LIST) return word(OF_LIST[name]!, String(value))
    if (name.endsWith('_recording')) return t('pop.recorded')
    if (name.endsWith('_at')) return dayAndTime(lang, new Date(Number(value)).toISOString())
    if (name === 'wrong_tries') return t('board.times', { n: Number(value) })
    return typeof value === 'object' ? String((value as Record<string, string>)[lang] ?? '') : String(value)
  }
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)
  const known = learned.identified_no ? [...INNER, 'account_tail4'] : INNER
  return Object.entries(learned)
    .filter(([name, value]) => !known.includes(name) && !(name === 'scope' && value === 'unknown') && value != null && value !== '' && value !== 0)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]): [string, string] => [word('learned', name.replace(/_masked$/, '')), told(name, value)])
    .filter(([, value]) => value !== '')
}

/** What was learned beside the account that is shown already. */
export function newIn(learned: Record<string, unknown>, accountNo: string | null): Record<string, unknown> {
  const { identified_no, account_tail4, ...others } = learned
  const other = identified_no && identified_no !== accountNo ? { identified_no } : {}
  const tail = account_tail4 && !accountNo?.endsWith(String(account_tail4)) ? { account_tail4 } : {}
  return { ...other, ...tail, ...others }
}

/** Danger, with the words that told of it and the number of its order; calm once that order is done, with its state. */
export function DangerMark({ danger }: { danger: Danger }) {
  const { t, word } = useSpeech()
  if (!alarms(danger)) {
    const now = danger.state === 'restored' || danger.state === 'archived' ? 'tag green danger-over' : 'tag danger-over'
    return <span className={now} data-danger={danger.order_no} data-over={danger.state}>{t('danger.mark')}{t('common.colon')}{word('order', danger.state)} · <span className="num">{danger.order_no}</span></span>
  }
  return <span className="tag red danger-mark" data-danger={danger.order_no}>{t('danger.mark')}{t('common.colon')}{danger.words ?? t('danger.key')} · <span className="num">{danger.order_no}</span></span>
}

/** The newest words of a customer who writes, on one line of plain text. */
export function lastLine(contact: Pick<Contact, 'messages'>): { at: string; text: string } | null {
  const last = contact.messages.findLast((message) => message.from === 'customer')
  const text = last?.text.replace(/\s+/g, ' ').trim()
  if (!last || !text) return null
  return { at: last.at, text: text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)}…` : text }
}

const LINE_CHARS = 80

/** Since when a customer who writes has had no answer of an agent; null once they have. */
export function unansweredSince(contact: Pick<Contact, 'channel' | 'mode' | 'state' | 'messages' | 'since'>): string | null {
  if (!contact.channel || isCall(contact) || contact.state === 'wrapping') return null
  const answered = contact.messages.findLastIndex((message) => message.from === 'agent')
  if (answered < 0) return contact.since
  return contact.messages.slice(answered + 1).find((message) => message.from === 'customer')?.at ?? null
}

/** So long somebody who writes may wait for an answer until it is red; in danger nobody may. */
const LONG_S = 120

/** How a customer of the web waits: that they have gone, else how long they have had no answer. */
export function Waits({ contact }: { contact: Contact }) {
  const { t, lang } = useSpeech()
  const now = useNow()
  if (contact.state === 'wrapping') return null
  if (contact.left_at) return <span className="tag amber" data-left>{t('chat.left', { at: clockTime(lang, contact.left_at) })}</span>
  const since = unansweredSince(contact)
  if (!since) return null
  const waits = secondsSince(since, now)
  return <span className={alarms(contact.danger) || waits > LONG_S ? 'tag red' : 'tag'} data-unanswered>{t('chat.unanswered', { t: timer(waits) })}</span>
}

/** Contacts in hand, with what is new in each. */
export function ContactList({ contacts, chosen, unread, onChoose }: ContactsProps) {
  const { t, word, lang } = useSpeech()
  const now = useNow()
  if (!contacts.length) return <p className="empty">{t('contacts.none')}</p>
  return (
    <ul className="contact-list">
      {contacts.map((contact) => {
        const news = unread(contact)
        const written = contact.channel !== null && !isCall(contact)
        const last = written ? lastLine(contact) : null
        return (
          <li key={contact.contact_id}>
            <button type="button" aria-current={contact.contact_id === chosen} onClick={() => onChoose(contact.contact_id)}>
              <span className="row">
                <strong>{titleOf(contact, { t })}</strong>
                {news > 0 && <span className="badge" aria-label={t('contacts.unread', { n: news })}>{news}</span>}
                <span className="num push dim">{timer(secondsSince(contact.since, now))}</span>
              </span>
              {contact.danger && <DangerMark danger={contact.danger} />}
              {written && <Waits contact={contact} />}
              <span className="row small dim">
                {kindWord(contact, { word })} · {stateWord(contact, { t, word })}
                {written && contact.started_at && <> · {t('contacts.since', { at: clockTime(lang, contact.started_at) })}</>}
              </span>
              {last && last.text !== contact.danger?.words && <span className="last-line small" data-last><span className="dim num">{clockTime(lang, last.at)}</span> {last.text}</span>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

export function QueueList({ queues }: { queues: readonly Queue[] }) {
  const { t, word, lang } = useSpeech()
  const now = useNow()
  const inOrder = [...queues].sort((a, b) => Number(b.name === 'emergency') - Number(a.name === 'emergency'))
  return (
    <ul className="stack small">
      {inOrder.map((queue) => (
        <li key={queue.name} className="row">
          <span>{word('queue', queue.name)}</span>
          {queue.unmanned && <span className="tag red">{t(queue.unanswered ? 'queues.unanswered' : 'queues.unmanned')}</span>}
          {!queue.open && <span className="tag">{t('queues.closed')}</span>}
          <span className="push num">
            {t(queue.mode === 'field' ? 'queues.jobs' : 'queues.waiting', { n: queue.waiting })}
            {queue.oldest_at && queue.waiting > 0 ? ` · ${length(lang, secondsSince(queue.oldest_at, now))}` : ''}
          </span>
        </li>
      ))}
    </ul>
  )
}
