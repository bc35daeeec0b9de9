import { Button } from 'antd'
import { useState } from 'react'
import { type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { clockTime, dayAndTime, length } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { Timeline } from '../parts/Timeline'

type Contact = Schemas['ContactShape']

export function peerOf(contact: Contact): string {
  const [plain, masked] = contact.direction === 'inbound' ? [contact.from, contact.from_masked] : [contact.to, contact.to_masked]
  return plain ?? masked ?? ''
}

/** Contacts of today (or of the address given), each with its story. */
export function ContactTable({ address, stamp, onDial }: { address: string; stamp?: unknown; onDial?: ((contactId: string) => void) | null }) {
  const { t, word, lang } = useSpeech()
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
  if (!list.data.items.length) return <p className="empty">{t('today.none')}</p>
  return (
    <table className="plain">
      <thead><tr><th>{t('today.time')}</th><th>{t('today.who')}</th><th>{t('queues.title')}</th><th>{t('today.outcome')}</th><th>{t('today.talk')}</th><th>{t('today.disposition')}</th></tr></thead>
      <tbody>
        {list.data.items.map((contact) => (
          <tr key={contact.contact_id}>
            <td className="num"><button type="button" className="link" onClick={() => setOpen(contact.contact_id)}>{clockTime(lang, contact.started_at)}</button></td>
            <td className="num">{peerOf(contact)} <span className="dim small">{word('channel', contact.channel)}</span></td>
            <td>{word('queue', contact.queue)}{contact.agent_no ? <span className="dim small num"> {contact.agent_no}</span> : null}</td>
            <td>{contact.outcome ? word('outcome', contact.outcome) : word('state', contact.state)}</td>
            <td className="num">{contact.talk_s ? length(lang, contact.talk_s) : ''}</td>
            <td>{word('disposition', contact.disposition)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A contact told from beginning to end, with its recordings. */
export function ContactStory({ contactId }: { contactId: string }) {
  const { t, word, lang } = useSpeech()
  const contact = useFetched<Schemas['ContactDetail']>(path('contacts', contactId))
  return (
    <div className="stack">
      {contact.data && (
        <p className="row">
          <strong className="num">{peerOf(contact.data)}</strong>
          <span className="dim">{dayAndTime(lang, contact.data.started_at)}</span>
          <span className="tag">{word('direction', contact.data.direction)}</span>
          {contact.data.outcome && <span className="tag blue">{word('outcome', contact.data.outcome)}</span>}
          {contact.data.disposition && <span className="tag">{word('disposition', contact.data.disposition)}</span>}
        </p>
      )}
      {contact.data?.note && <p className="words">{contact.data.note}</p>}
      {contact.data?.recordings.map((recording) => (
        <div key={recording.recording_id} className="row">
          <span>{t('story.recordings')} {dayAndTime(lang, recording.at)} · {t('story.duration', { t: length(lang, recording.duration_s) })}</span>
          <audio controls preload="none" src={path('recordings', recording.recording_id)} aria-label={t('story.recordings')} />
        </div>
      ))}
      <Timeline address={path('contacts', contactId, 'timeline')} />
    </div>
  )
}
