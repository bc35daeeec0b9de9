import { Modal } from 'antd'
import { useState } from 'react'
import { type Page, path, type Schemas } from '../api/client'
import { ContactStory, ContactTable } from '../console/Today'
import { useSpeech } from '../i18n'
import { dayAndTime, length, today } from '../i18n/formats'
import { Clocks } from '../parts/Clocks'
import { useFetched } from '../parts/fetched'
import { Timeline } from '../parts/Timeline'

/** What a number counts. `today` in the query stands for the day of today. */
export interface DrillOf {
  kind: 'contacts' | 'contact' | 'waiting' | 'orders' | 'order' | 'surveys' | 'callbacks' | 'recordings'
  title: string
  query: Record<string, string>
}

export function Drill({ of, onClose }: { of: DrillOf; onClose(): void }) {
  const { today: ofToday, ...rest } = of.query
  const query = new URLSearchParams({ ...rest, ...(ofToday && { date: today() }), limit: '100' })
  return (
    <Modal open title={of.title} onCancel={onClose} footer={null} width={820}>
      {of.kind === 'contacts' && <ContactTable address={`/api/contacts?${query}`} sealed />}
      {of.kind === 'contact' && <ContactStory contactId={of.query.contact_id ?? ''} />}
      {of.kind === 'orders' && <OrderTable address={`/api/work-orders?${query}`} />}
      {of.kind === 'waiting' && <Waiting query={query} />}
      {of.kind === 'callbacks' && <CallbackTable />}
      {of.kind === 'recordings' && <RecordingTable />}
      {of.kind === 'order' && <OneOrder orderNo={of.query.order_no ?? ''} />}
      {of.kind === 'surveys' && <SurveyTable address={`/api/surveys?${query}`} />}
    </Modal>
  )
}

/** Who waits in a queue: contacts, and work on orders that has no contact of its own. */
function Waiting({ query }: { query: URLSearchParams }) {
  const contacts = useFetched<Page<Schemas['ContactShape']>>(`/api/contacts?${query}`)
  const orders = useFetched<Page<Schemas['OrderShape']>>(`/api/work-orders?${query}`)
  const { t } = useSpeech()
  if (!contacts.data || !orders.data) return <p className="empty" role={contacts.failed ? 'alert' : undefined}>{contacts.failed ?? orders.failed ?? t('common.loading')}</p>
  if (!contacts.data.items.length && !orders.data.items.length) return <p className="empty">{t('board.no_items')}</p>
  return (
    <>
      {contacts.data.items.length > 0 && <ContactTable address={`/api/contacts?${query}`} sealed />}
      {orders.data.items.length > 0 && <OrderTable address={`/api/work-orders?${query}`} />}
    </>
  )
}

function OrderTable({ address }: { address: string }) {
  const { t, word, lang } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Schemas['OrderShape']>>(address)
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open) return <><p><button type="button" className="link" onClick={() => setOpen(null)}>{t('today.back')}</button></p><OneOrder orderNo={open} /></>
  const items = list.data.items
  if (!items.length) return <p className="empty">{t('board.no_items')}</p>
  return (
    <ul className="stack">
      {items.map((order) => (
        <li key={order.order_no} className="card">
          <div className="row">
            <button type="button" className="link num" onClick={() => setOpen(order.order_no)}>{order.order_no}</button>
            <span>{word('type', order.type)}</span>
            {order.urgency === 'urgent' && <span className="tag red">{word('urgency', 'urgent')}</span>}
            <span className="tag blue">{word('order', order.state)}</span>
            <span className="dim small">{dayAndTime(lang, order.created_at)}</span>
          </div>
          <Clocks clocks={order.clocks} />
        </li>
      ))}
    </ul>
  )
}

function OneOrder({ orderNo }: { orderNo: string }) {
  const { t, word } = useSpeech()
  const order = useFetched<Schemas['OrderShape']>(path('work-orders', orderNo))
  return (
    <div className="stack">
      {order.failed && <p className="banner bad" role="alert">{order.failed}</p>}
      {order.data && (
        <>
          <p className="row"><strong className="num">{orderNo}</strong><span>{word('type', order.data.type)}</span><span className="tag blue">{word('order', order.data.state)}</span></p>
          <p className="words">{order.data.description}</p>
          <Clocks clocks={order.data.clocks} />
        </>
      )}
      <h3 className="dim small">{t('order.story')}</h3>
      <Timeline address={path('work-orders', orderNo, 'timeline')} />
    </div>
  )
}

function CallbackTable() {
  const { t, word, lang } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Schemas['CallbackShape']>>('/api/callbacks?limit=100')
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open) return <><p><button type="button" className="link" onClick={() => setOpen(null)}>{t('today.back')}</button></p><ContactStory contactId={open} /></>
  if (!list.data.items.length) return <p className="empty">{t('board.no_items')}</p>
  return (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('today.who')}</th><th>{t('today.queue')}</th><th>{t('today.reason')}</th></tr></thead>
      <tbody>
        {list.data.items.map((each) => (
          <tr key={each.callback_id}>
            <td><button type="button" className="link" onClick={() => setOpen(each.contact_id)}>{dayAndTime(lang, each.at)}</button></td>
            <td>{each.phone_masked}</td><td>{word('queue', each.queue)}</td><td>{word('reason', each.reason)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function RecordingTable() {
  const { t, lang } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Schemas['UnheardShape']>>('/api/recordings?limit=100')
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open) return <><p><button type="button" className="link" onClick={() => setOpen(null)}>{t('today.back')}</button></p><ContactStory contactId={open} /></>
  if (!list.data.items.length) return <p className="empty">{t('board.no_items')}</p>
  return (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('board.orders')}</th><th>{t('board.hear')}</th></tr></thead>
      <tbody>
        {list.data.items.map((each) => (
          <tr key={each.recording_id}>
            <td><button type="button" className="link" onClick={() => setOpen(each.contact_id)}>{dayAndTime(lang, each.at)}</button></td>
            <td>{each.order_no}</td><td>{length(lang, each.duration_s)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function SurveyTable({ address }: { address: string }) {
  const { t, lang } = useSpeech()
  const list = useFetched<Schemas['SurveyPage']>(address)
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (!list.data.items.length) return <p className="empty">{t('board.no_items')}</p>
  return (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('login.agent_no')}</th><th>{t('today.score')}</th></tr></thead>
      <tbody>
        {list.data.items.map((survey) => (
          <tr key={survey.survey_id}><td>{dayAndTime(lang, survey.at)}</td><td>{survey.agent_no}</td><td>{survey.score ?? '—'}</td></tr>
        ))}
      </tbody>
    </table>
  )
}
