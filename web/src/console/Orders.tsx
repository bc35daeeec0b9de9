import { Button, Input } from 'antd'
import { useState } from 'react'
import { api, type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime } from '../i18n/formats'
import { Clocks } from '../parts/Clocks'
import { useFetched } from '../parts/fetched'
import { Masked } from '../parts/Masked'
import { Player } from '../parts/Player'
import { useProblem } from '../parts/problem'
import { Timeline } from '../parts/Timeline'
import { isSendable, sendToCrew } from './sending'

type Order = Schemas['OrderShape']

interface Props {
  orders: readonly Order[]
  accountNo: string | null
  contactId?: string | null
  /** The order that is open from the beginning. */
  opened?: string | null
  stamp?: unknown
  onDial: ((orderNo: string) => void) | null
}

/** Orders that belong to the contact or its account; one of them opened, amended. */
export function OrderList({ orders, accountNo, contactId = null, opened = null, stamp = 0, onDial }: Props) {
  const { t, word, lang } = useSpeech()
  const [open, setOpen] = useState<string | null>(opened)
  const more = useFetched<Page<Order>>(accountNo ? `/api/work-orders?${new URLSearchParams({ account_no: accountNo, limit: '10' })}` : null, orders.length)
  const own = useFetched<Page<Order>>(contactId ? `/api/work-orders?${new URLSearchParams({ contact_id: contactId, limit: '10' })}` : null, `${orders.length} ${stamp}`)
  const all = [...orders, ...(own.data?.items ?? []), ...(more.data?.items ?? [])]
  const shown = all.filter((order, place) => all.findIndex((each) => each.order_no === order.order_no) === place)
  if (!shown.length) return <p className="empty">{t('pop.no_orders')}</p>
  return (
    <ul className="stack">
      {shown.map((order) => (
        <li key={order.order_no} className="card" data-order-no={order.order_no}>
          <div className="row">
            <button type="button" className="link num" aria-expanded={open === order.order_no} onClick={() => setOpen(open === order.order_no ? null : order.order_no)}>{order.order_no}</button>
            <span>{word('type', order.type)}{order.subtype ? ` · ${word('subtype', order.subtype)}` : ''}</span>
            {order.urgency === 'urgent' && <span className="tag red">{word('urgency', 'urgent')}</span>}
            <span className="tag blue" data-order-state={order.state}>{word('order', order.state)}</span>
            {order.to_listen && <span className="tag amber">{t(order.recording_id ? 'order.to_listen' : 'order.to_check')}</span>}
            <span className="dim small push">{dayAndTime(lang, order.created_at)}</span>
          </div>
          <p className="words">{order.description}</p>
          <Clocks clocks={order.clocks} />
          {open === order.order_no && <OrderDetails order={order} onDial={onDial} />}
        </li>
      ))}
    </ul>
  )
}

function OrderDetails({ order, onDial }: { order: Order; onDial: ((orderNo: string) => void) | null }) {
  const { t, word } = useSpeech()
  const { tell, say } = useProblem()
  // Untouched it follows the order: what a colleague has written meanwhile is not put back.
  const [typed, type] = useState<string | null>(null)
  const description = typed ?? order.description
  const [phone, setPhone] = useState('')
  const [address, setAddress] = useState('')
  const changes = {
    ...(description !== order.description && { description }),
    ...(phone.trim() && { contact_phone: phone.trim() }),
    ...(address.trim() && { address: address.trim() }),
  }
  async function amend(more: { to_listen?: false } = {}) {
    try {
      await api.patch(path('work-orders', order.order_no), { ...changes, ...more, version: order.version })
      type(null)
      setPhone('')
      setAddress('')
      say(t('order.amended', { no: order.order_no }))
    } catch (error) {
      tell(error)
    }
  }
  async function dispatch() {
    try {
      await sendToCrew(order.order_no)
      say(t('order.sent', { no: order.order_no }))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <div className="stack details">
      {order.recording_id && <Player recordingId={order.recording_id} />}
      {order.to_listen && !order.ended_at && <p className="banner note">{t(order.recording_id ? 'order.listen_hint' : 'order.check_hint')}</p>}
      <dl className="facts">
        {(order.address ?? order.address_masked) && <><dt>{t('order.address')}</dt><dd><Masked value={order.address} masked={order.address_masked} /></dd></>}
        {(order.contact_phone ?? order.contact_phone_masked) && <><dt>{t('order.contact_phone')}</dt><dd className="num"><Masked value={order.contact_phone} masked={order.contact_phone_masked} /></dd></>}
        {order.crew_no && <><dt>{t('order.crew')}</dt><dd className="num">{order.crew_no}</dd></>}
        {order.sub_of && <><dt>{word('order', 'merged')}</dt><dd>{t('order.sub_of', { no: order.sub_of })}</dd></>}
        {order.urge_count > 0 && <><dt>{word('warning', 'urged')}</dt><dd>{t('order.urged', { n: order.urge_count })}</dd></>}
      </dl>
      {!order.ended_at && (
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void amend() }}>
          <label className="field"><span>{t('order.description')}</span><Input.TextArea value={description} rows={2} maxLength={4000} onChange={(e) => type(e.target.value)} /></label>
          <div className="pair">
            <label className="field"><span>{t('order.contact_phone')}</span><Input value={phone} placeholder={t('order.keep')} onChange={(e) => setPhone(e.target.value)} /></label>
            <label className="field"><span>{t('order.address')}</span><Input value={address} placeholder={t('order.keep')} onChange={(e) => setAddress(e.target.value)} /></label>
          </div>
          <div className="row">
            {onDial && <Button onClick={() => onDial(order.order_no)}>{t('call.again')}</Button>}
            {isSendable(order) && <Button onClick={() => void dispatch()}>{t('order.send')}</Button>}
            <span className="push" />
            <Button htmlType="submit" disabled={!Object.keys(changes).length}>{t('order.amend')}</Button>
            {order.to_listen && <Button type="primary" onClick={() => void amend({ to_listen: false })}>{t(order.recording_id ? 'order.listened' : 'order.checked')}</Button>}
          </div>
        </form>
      )}
      <h3 className="small dim">{t('order.story')}</h3>
      <Timeline address={path('work-orders', order.order_no, 'timeline')} stamp={`${order.version} ${order.state}`} />
    </div>
  )
}
