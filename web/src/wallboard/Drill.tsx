import { Modal } from 'antd'
import { useState } from 'react'
import { type Page, path, type Schemas } from '../api/client'
import { ContactStory, ContactTable } from '../console/Today'
import { useSpeech } from '../i18n'
import { dayAndTime, today } from '../i18n/formats'
import { Clocks } from '../parts/Clocks'
import { useFetched } from '../parts/fetched'
import { Timeline } from '../parts/Timeline'

/** What a number counts. `today` in the query stands for the day of today. */
export interface DrillOf {
  kind: 'contacts' | 'contact' | 'orders' | 'order' | 'surveys'
  title: string
  query: Record<string, string>
  only?: 'open' | 'due' | 'breached'
}

export function Drill({ of, onClose }: { of: DrillOf; onClose(): void }) {
  const { today: ofToday, ...rest } = of.query
  const query = new URLSearchParams({ ...rest, ...(ofToday && { date: today() }), limit: '100' })
  return (
    <Modal open title={of.title} onCancel={onClose} footer={null} width={820}>
      {of.kind === 'contacts' && <ContactTable address={`/api/contacts?${query}`} />}
      {of.kind === 'contact' && <ContactStory contactId={of.query.contact_id ?? ''} />}
      {of.kind === 'orders' && <OrderTable only={of.only ?? 'open'} address={`/api/work-orders?${query}`} />}
      {of.kind === 'order' && <OneOrder orderNo={of.query.order_no ?? ''} />}
      {of.kind === 'surveys' && <SurveyTable address={`/api/surveys?${query}`} />}
    </Modal>
  )
}

const HOUR_MS = 3_600_000

function counts(order: Schemas['OrderShape'], only: 'open' | 'due' | 'breached'): boolean {
  const running = order.clocks.filter((clock) => !clock.met_at && !clock.stopped_at && !clock.paused)
  if (only === 'breached') return running.some((clock) => clock.breached)
  if (only === 'due') return running.some((clock) => !clock.breached && Date.parse(clock.due_at) - Date.now() < HOUR_MS)
  return running.length > 0
}

function OrderTable({ address, only }: { address: string; only: 'open' | 'due' | 'breached' }) {
  const { t, word, lang } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Schemas['OrderShape']>>(address)
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open) return <><p><button type="button" className="link" onClick={() => setOpen(null)}>{t('today.back')}</button></p><OneOrder orderNo={open} /></>
  const items = list.data.items.filter((order) => counts(order, only))
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
