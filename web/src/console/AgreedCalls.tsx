import { Button } from 'antd'
import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { Masked } from '../parts/Masked'
import { peerOf } from './Today'

/** Customers whom this agent, or a colleague who is off duty, has agreed to call and whom nobody has talked with since. */
export function AgreedCalls({ agentNo, stamp, hint, onDial }: { agentNo: string; stamp: unknown; hint?: string; onDial: ((contactId: string) => void) | null }) {
  const speech = useSpeech()
  const { t, lang } = speech
  const list = useFetched<Page<Schemas['ContactShape']>>(`/api/contacts?${new URLSearchParams({ agent_no: agentNo, to_call: 'true', limit: '100' })}`, stamp)
  const contacts = list.data?.items ?? []
  if (!contacts.length) return null
  return (
    <section className="card stack" aria-label={t('today.to_call')}>
      <h2>{t('today.to_call')}</h2>
      {hint && <p className="dim small">{hint}</p>}
      {contacts.map((contact) => (
        <div key={contact.contact_id} className="row open-item" data-to-call={contact.contact_id}>
          <div className="grow">
            <p className="row"><span className="num"><Masked {...peerOf(contact, speech)} /></span> <span className="dim small num">{dayAndTime(lang, contact.ended_at ?? contact.started_at)}</span></p>
            {contact.agent_no && contact.agent_no !== agentNo && <p className="small">{t('today.agreed_by', { who: contact.agent_no })}</p>}
            {contact.note && <p className="small">{contact.note}</p>}
          </div>
          {onDial && <Button size="small" onClick={() => onDial(contact.contact_id)}>{t('call.again')}</Button>}
        </div>
      ))}
    </section>
  )
}
