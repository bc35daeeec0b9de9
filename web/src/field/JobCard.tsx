import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n'
import { dayAndTime, kilometres } from '../i18n/formats'
import { useStore } from '../live/store'
import { Clocks } from '../parts/Clocks'
import { useDraft } from '../parts/draft'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import type { Offer, Order } from '../state/frames'
import { nextSteps, stateAfter, type StepQueue } from './steps'

interface Position {
  lat: number
  lon: number
}

/** Where this phone is, as far as its owner has allowed it. */
function here(): Promise<Position | null> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null)
    const found = (at: GeolocationPosition) => resolve({ lat: at.coords.latitude, lon: at.coords.longitude })
    navigator.geolocation.getCurrentPosition(found, () => resolve(null), { timeout: 3000, maximumAge: 60_000 })
  })
}

function placeOf(order: Order): Position | null {
  const place = order.place as Record<string, unknown> | null
  return place && typeof place.lat === 'number' && typeof place.lon === 'number' ? { lat: place.lat, lon: place.lon } : null
}

/** Danger first, then where, how far, whom to ask for, what happened. */
function JobFacts({ order }: { order: Order }) {
  const { t, word, lang } = useSpeech()
  const [away, setAway] = useState<number | null>(null)
  const place = placeOf(order)
  useEffect(() => {
    if (place) void here().then((at) => at && setAway(kilometres(at, place)))
  }, [place?.lat, place?.lon])
  const address = order.address ?? order.address_masked
  return (
    <div className="stack">
      {order.urgency === 'urgent' && <p className="hazard" role="alert">⚠ {t('field.hazard')} · {word('urgency', 'urgent')}</p>}
      <p className="address">{address ?? t('field.no_address')}</p>
      <div className="row">
        <span className="tag">{word('type', order.type)}</span>
        {order.sensitive.map((kind) => <span key={kind} className="tag red">{word('sensitive', kind)}</span>)}
        {order.area_type && <span className="tag">{word('area', order.area_type)}</span>}
        {away !== null && <span className="tag blue">{t('field.distance', { km: away.toFixed(1) })}</span>}
        {place && <a href={`geo:${place.lat},${place.lon}`}>{t('field.map')}</a>}
      </div>
      <p className="words">{order.description}</p>
      <dl className="facts">
        {(order.contact_name ?? order.contact_name_masked) && <><dt>{t('order.contact_name')}</dt><dd>{order.contact_name ?? order.contact_name_masked}</dd></>}
        {(order.contact_phone ?? order.contact_phone_masked) && <><dt>{t('order.contact_phone')}</dt><dd className="num">{order.contact_phone ? <a href={`tel:${order.contact_phone}`}>{order.contact_phone}</a> : order.contact_phone_masked}</dd></>}
        {order.account_no && <><dt>{t('order.account_no')}</dt><dd className="num">{order.account_no}</dd></>}
        <dt>{t('order.created')}</dt><dd>{dayAndTime(lang, order.created_at)}</dd>
      </dl>
      <Clocks clocks={order.clocks} />
    </div>
  )
}

export function JobOffer({ offer, order, disabled, onAccept, onDecline }: { offer: Offer; order: Order | undefined; disabled: boolean; onAccept(): void; onDecline(): void }) {
  const { t } = useSpeech()
  const now = useNow()
  const left = offer.expires_at ? Math.max(0, Math.ceil((Date.parse(offer.expires_at) - now) / 1000)) : null
  return (
    <section className="card job offered" aria-label={t('offer.ringing')} data-offer={offer.offer_id}>
      <header><h2 className="num">{order?.order_no ?? t('offer.title')}</h2>{left !== null && <strong className="num push">{t('offer.left', { s: left })}</strong>}</header>
      {order && <JobFacts order={order} />}
      <div className="big">
        <Button type="primary" disabled={disabled} onClick={onAccept}>{t('field.accept')}</Button>
        <Button disabled={disabled} onClick={onDecline}>{t('field.decline')}</Button>
      </div>
    </section>
  )
}

/** A job in hand: the next steps as big buttons. A step counts at once here and is sent when there is a network. */
export function JobCard({ order, steps }: { order: Order; steps: StepQueue }) {
  const { t, word } = useSpeech()
  const { say } = useProblem()
  const waiting = useStore(steps.waiting)
  const [note, setNote, clear] = useDraft(`field.${order.order_no}`, '')
  const state = stateAfter(order.state, order.order_no, waiting)
  const pending = waiting.some((step) => step.order_no === order.order_no)
  const next = nextSteps(state)

  async function take(type: 'step' | 'help', to: string) {
    const words = note.trim()
    const at = type === 'step' && next.includes(to) ? await here() : null
    steps.take({ id: crypto.randomUUID(), type, order_no: order.order_no, to, at: new Date().toISOString(), ...(words && { note: words }), ...at })
    clear()
    say(type === 'help' ? t('field.help_text') : t('field.done', { step: word('order', to) }))
  }
  return (
    <section className="card job" aria-label={order.order_no}>
      <header>
        <h2 className="num">{order.order_no}</h2>
        <span className="tag blue" data-order-state={state}>{word('order', state)}</span>
        {pending && <span className="tag amber">{t('field.pending')}</span>}
      </header>
      <JobFacts order={order} />
      {next.length > 0 && (
        <>
          <label className="field"><span>{t('field.note')}</span>
            <Input.TextArea value={note} rows={2} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
          </label>
          <div className="big">
            {next.map((to, place) => (
              <Button key={to} type={place === 0 ? 'primary' : 'default'} disabled={to === 'not_ours' && !note.trim()} title={to === 'not_ours' ? t('field.note_needed') : undefined} onClick={() => void take('step', to)}>
                {t(`field.${to}` as 'field.arrived')}
              </Button>
            ))}
            <Button danger onClick={() => void take('help', 'help')}>{t('field.help')}</Button>
          </div>
        </>
      )}
    </section>
  )
}
