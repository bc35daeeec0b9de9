import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { type Page, path, type Schemas } from '../api/client'
import { type Speech, useSpeech } from '../i18n'
import { clockTime, dayAndTime, length } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { Masked, maskedPhone, type Shown } from '../parts/Masked'
import { Player } from '../parts/Player'
import { Timeline } from '../parts/Timeline'
import { nameless } from './Lists'

type Contact = Schemas['ContactShape']

/** The other side's number, as far as it may be shown, on a wall never whole; else what they are. */
export function peerOf(contact: Contact, speech: Pick<Speech, 't'>, sealed = false): Shown {
  const [value, masked] = contact.direction === 'inbound' ? [contact.from, contact.from_masked] : [contact.to, contact.to_masked]
  const known = value ?? masked ?? ''
  if (!/\d/.test(known)) return { value: nameless(contact, speech), masked: null }
  return sealed ? { value: null, masked: masked ?? maskedPhone(known) } : { value, masked }
}

function Peer({ contact, sealed }: { contact: Contact; sealed?: boolean }) {
  return <Masked {...peerOf(contact, useSpeech(), sealed)} />
}

const PROMISED = ['booked', 'calling']
/** Calls back after which the customer was there. */
const HAD_THEM = ['reached', 'reclaimed']

/** What came of it; a call of ours that failed reached nobody, a promised one is made again or no more. */
export function outcomeOf(contact: Pick<Contact, 'direction' | 'outcome' | 'callback'>, { t, word, lang }: Pick<Speech, 't' | 'word' | 'lang'>): string {
  const { callback } = contact
  if (callback && PROMISED.includes(callback.state)) {
    const called = callback.dials > 0 ? t('today.called', { n: callback.dials }) : word('outcome', 'callback_booked')
    return callback.next_at ? `${called} · ${t('board.next_call')} ${dayAndTime(lang, callback.next_at)}` : called
  }
  if (callback && !HAD_THEM.includes(callback.state)) return callback.dials > 0 ? t('today.called_no_more', { n: callback.dials }) : t('today.not_called')
  if (callback?.state === 'reclaimed') return t('today.came_back')
  return word('outcome', contact.direction === 'outbound' && contact.outcome === 'failed' ? 'not_reached' : contact.outcome)
}

interface TableProps {
  address: string
  stamp?: unknown
  /** All numbers masked, for a screen on a wall. */
  sealed?: boolean
  /** What is to be said of so many rows. */
  note?(shown: number): ReactNode
  onDial?: ((contactId: string) => void) | null
}

/** Contacts of today (or of the address given), each with its story. */
export function ContactTable({ address, stamp, onDial, note, sealed = false }: TableProps) {
  const speech = useSpeech()
  const { t, word, lang } = speech
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Contact>>(address, stamp)
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open) {
    return (
      <div className="stack">
        <div className="row">
          <Button onClick={() => setOpen(null)}>{t('today.back')}</Button>
          {onDial && <Button onClick={() => onDial(open)}>{t('call.again')}</Button>}
        </div>
        <ContactStory contactId={open} />
      </div>
    )
  }
  const said = note?.(list.data.items.length)
  if (!list.data.items.length) return <>{said}<p className="empty">{t(sealed ? 'board.no_items' : 'today.none')}</p></>
  return (
    <>
      {said}
      <table className="plain">
        <thead><tr><th>{t('today.time')}</th><th>{t('today.who')}</th><th>{t('today.queue')}</th><th>{t('today.outcome')}</th><th>{t('today.talk')}</th><th>{t('today.disposition')}</th></tr></thead>
        <tbody>
          {list.data.items.map((contact) => (
            <tr key={contact.contact_id}>
              <td className="num"><button type="button" className="link" onClick={() => setOpen(contact.contact_id)}>{clockTime(lang, contact.started_at)}</button></td>
              <td className="num"><Peer contact={contact} sealed={sealed} /> <span className="dim small">{word('channel', contact.channel)}{contact.direction === 'outbound' && ` · ${word('direction', 'outbound')}`}</span></td>
              <td>{word('queue', contact.in_queue?.queue ?? contact.queue)}{contact.agent_no ? <span className="dim small num"> {contact.agent_no}</span> : null}</td>
              <td>{became(contact, speech)}</td>
              <td className="num">{contact.talk_s ? length(lang, contact.talk_s) : ''}</td>
              <td>{contact.disposition ? word('disposition', contact.disposition) : contact.state === 'ended' && contact.agent_no && <span className="dim small">{t('today.no_disposition')}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** In the list of one queue: what became of it there, and after how long, or where it went on; else how it ended. */
export function became(contact: Contact, speech: Pick<Speech, 't' | 'word' | 'lang'>): string {
  const { t, word, lang } = speech
  const there = contact.in_queue
  if (there && there.result !== 'other') return t('today.after_wait', { result: word('outcome', there.result), t: length(lang, there.wait_s) })
  if (there && contact.queue && contact.queue !== there.queue) return t('today.went_on', { queue: word('queue', contact.queue) })
  if (there && contact.callback && HAD_THEM.includes(contact.callback.state)) return t(contact.callback.state === 'reclaimed' ? 'today.came_back' : 'today.called_back')
  const inHand = ['connecting', 'talking', 'held', 'wrapping'].includes(contact.state)
  return (contact.outcome || contact.callback) && !inHand ? outcomeOf(contact, speech) : word('state', contact.state)
}

/** A contact told from beginning to end, with its recordings. */
export function ContactStory({ contactId, stamp = 0 }: { contactId: string; stamp?: unknown }) {
  const speech = useSpeech()
  const { word, lang } = speech
  const contact = useFetched<Schemas['ContactDetail']>(path('contacts', contactId), stamp)
  return (
    <div className="stack">
      {contact.data && (
        <p className="row">
          <strong className="num"><Peer contact={contact.data} /></strong>
          <span className="dim">{dayAndTime(lang, contact.data.started_at)}</span>
          <span className="tag">{word('direction', contact.data.direction)}</span>
          {(contact.data.outcome || contact.data.callback) && <span className="tag blue">{outcomeOf(contact.data, speech)}</span>}
          {contact.data.disposition && <span className="tag">{word('disposition', contact.data.disposition)}</span>}
        </p>
      )}
      {contact.data?.note && <p className="words">{contact.data.note}</p>}
      {contact.data?.recordings.map((recording) => (
        <Player key={recording.recording_id} recordingId={recording.recording_id} about={recording} />
      ))}
      <Timeline address={path('contacts', contactId, 'timeline')} channel={contact.data?.channel} stamp={stamp} />
    </div>
  )
}
