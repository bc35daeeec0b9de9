import { Button } from 'antd'
import { useSpeech } from '../i18n'
import { length } from '../i18n/formats'
import { Masked } from '../parts/Masked'
import { secondsSince, useNow } from '../parts/now'
import type { Offer, Order } from '../state/frames'
import { alarms, colleague, DangerMark, learnedOf, nameless, newIn, numberOf } from './Lists'

interface Props {
  offer: Offer
  order: Order | undefined
  disabled: boolean
  onAccept(): void
  onDecline(): void
}

/** How long there is to answer, as a figure and a bar. */
export function TimeLeft({ until }: { until: string | null }) {
  const { t } = useSpeech()
  const now = useNow(250)
  const left = leftOf(until, now)
  if (left === null) return null
  return <p className="time-left"><strong className="num">{t('offer.left', { s: left })}</strong> <progress max={20} value={Math.min(left, 20)} aria-label={t('offer.left', { s: left })} /></p>
}

/** Whole seconds until then. */
function leftOf(until: string | null, now: number): number | null {
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : null
}

/** Who is calling, about what, why a person is needed, and how long there is to answer. */
export function OfferCard({ offer, order, disabled, onAccept, onDecline }: Props) {
  const speech = useSpeech()
  const { t, word, lang } = speech
  const now = useNow(250)
  const left = leftOf(offer.expires_at, now)
  const caller = offer.caller
  const learned = newIn(offer.learned ?? {}, caller?.account_no ?? null)
  const urgent = offer.queue === 'emergency' || alarms(offer.danger) || order?.urgency === 'urgent'
  const given = offer.mode === 'web' && offer.reason === 'caller_asked' ? 'customer_asked' : offer.reason
  const reason = given ?? (offer.queue === 'emergency' ? 'emergency' : offer.kind === 'callback' ? 'callback' : null)
  return (
    <section className={urgent ? 'card offer urgent' : 'card offer'} aria-label={t('offer.ringing')} data-offer={offer.offer_id}>
      <div className="row">
        <span className={urgent ? 'tag red' : 'tag green'}>{word('queue', offer.queue)}</span>
        {offer.kind !== 'contact' && <span className="tag">{word('kind', offer.kind)}</span>}
        {caller?.lang && <span className="tag" data-lang={caller.lang}>{word('lang', caller.lang)}</span>}
        {offer.waiting_since && <span className="dim small">{t('offer.waited', { t: length(lang, secondsSince(offer.waiting_since, now)) })}</span>}
        {left !== null && <strong className="num push">{t('offer.left', { s: left })}</strong>}
      </div>
      {left !== null && <progress max={20} value={Math.min(left, 20)} aria-label={t('offer.left', { s: left })} />}
      {(caller || !order) && <p className="who">{caller?.name ?? nameless({ channel: offer.mode === 'web' ? 'chat' : null, contact_id: offer.contact_id }, speech)}</p>}
      {numberOf(caller) && <p className="num"><Masked value={caller?.from} masked={caller?.from_masked} /></p>}
      {caller?.account_no && (
        <p className="dim">
          {t('pop.account_no')} <span className="num">{caller.account_no}</span>
        </p>
      )}
      {reason && <p data-reason={reason} className={reason === 'medical' ? 'tag red' : undefined}>{offer.asked_by ? t('offer.asked_by', { why: word('reason', reason), who: colleague(offer.asked_by) }) : word('reason', reason)}</p>}
      {offer.kind === 'transfer' && typeof offer.learned?.reason === 'string' && <p>{word('reason', offer.learned.reason)}</p>}
      {offer.note && <p className="words" data-note>{offer.note}</p>}
      {offer.danger && <DangerMark danger={offer.danger} />}
      {learnedOf(learned, speech).map(([name, value]) => <p key={name} className="small"><span className="dim">{name}{t('common.colon')}</span>{value}</p>)}
      {order && (
        <p>
          {word('type', order.type)} <span className="num">{order.order_no}</span>
        </p>
      )}
      <div className="row actions">
        <Button type="primary" size="large" disabled={disabled} onClick={onAccept}>
          {t('offer.accept')} <kbd>A</kbd>
        </Button>
        <Button size="large" disabled={disabled} onClick={onDecline}>
          {t('offer.decline')} <kbd>D</kbd>
        </Button>
      </div>
    </section>
  )
}
