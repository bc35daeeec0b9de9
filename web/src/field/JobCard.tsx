import { Button, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useEffect, useRef, useState } from 'react'
import { path } from '../api/client'
import { type Key, useSpeech } from '../i18n'
import { dayAndTime, kilometres, length } from '../i18n/formats'
import { CommandRefused } from '../live/socket'
import { useStore } from '../live/store'
import { Clocks } from '../parts/Clocks'
import { useDraft } from '../parts/draft'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import { HelpAsked } from '../parts/HelpAsked'
import { Timeline } from '../parts/Timeline'
import type { Offer, Order } from '../state/frames'
import type { Crew } from './crew'
import { made } from './photos'
import { estimates, nextSteps, stateAfter, type Step } from './steps'

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
function JobFacts({ order, clocks = order.clocks }: { order: Order; clocks?: Order['clocks'] }) {
  const { t, word, lang } = useSpeech()
  const [away, setAway] = useState<number | null>(null)
  const place = placeOf(order)
  useEffect(() => {
    if (place) void here().then((at) => at && setAway(kilometres(at, place)))
  }, [place?.lat, place?.lon])
  const address = order.address ?? order.address_masked
  // Nobody has confirmed that the danger is at the caller's home: what was said stands first.
  const hinted = Boolean((order.place as Record<string, unknown> | null)?.hint)
  const wordsFirst = Boolean(order.description) && (hinted || !address)
  return (
    <div className="stack">
      {order.urgency === 'urgent' && <p className="hazard" role="alert">⚠ {t('field.hazard')} · {word('urgency', 'urgent')}</p>}
      {wordsFirst && <p className="address">{order.description}</p>}
      <p className={wordsFirst ? undefined : 'address'}>{address ?? t('field.no_address')}</p>
      {hinted && !order.to_listen && <p className="banner note" role="note">{t('field.place_hint')}</p>}
      {order.to_listen && <p className="banner note" role="note">{t(hinted ? 'field.place_unheard' : 'field.recording_unheard')}</p>}
      <div className="row">
        <span className="tag">{word('type', order.type)}</span>
        {order.sensitive.map((kind) => <span key={kind} className="tag red">{word('sensitive', kind)}</span>)}
        {order.area_type && <span className="tag">{word('area', order.area_type)}</span>}
        {away !== null && <span className="tag blue">{t('field.distance', { km: away.toFixed(1) })}</span>}
        {place && <a href={`geo:${place.lat},${place.lon}`}>{t('field.map')}</a>}
      </div>
      {!wordsFirst && order.description !== address && <p className="words">{order.description}</p>}
      <dl className="facts">
        {(order.contact_name ?? order.contact_name_masked) && <><dt>{t('order.contact_name')}</dt><dd>{order.contact_name ?? order.contact_name_masked}</dd></>}
        {(order.contact_phone ?? order.contact_phone_masked) && <><dt>{t('order.contact_phone')}</dt><dd className="num">{order.contact_phone ? <a href={`tel:${order.contact_phone}`}>{order.contact_phone}</a> : order.contact_phone_masked}</dd></>}
        {!(order.contact_phone ?? order.contact_phone_masked) && <><dt>{t('order.contact_phone')}</dt><dd>{t('order.no_phone')}</dd></>}
        {order.account_no && <><dt>{t('order.account_no')}</dt><dd className="num">{order.account_no}</dd></>}
        <dt>{t('order.created')}</dt><dd>{dayAndTime(lang, order.created_at)}</dd>
      </dl>
      <Clocks clocks={clocks} />
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
      {order && <JobFacts order={order} clocks={order.clocks.filter((clock) => clock.name !== 'dispatch')} />}
      <div className="big">
        <Button type="primary" disabled={disabled} onClick={onAccept}>{t('field.accept')}</Button>
        <Button disabled={disabled} onClick={onDecline}>{t('field.decline')}</Button>
      </div>
    </section>
  )
}

/** The address that stood here before it was changed under the crew's eyes, until they have seen that. */
function useMoved(order: Order) {
  const [known, know] = useState(order.address)
  const moved = known && order.address && known !== order.address ? known : null
  useEffect(() => {
    if (!known && order.address) know(order.address)
  }, [known, order.address])
  return { moved, seen: () => know(order.address) }
}

/** What the customer has told since the crew last looked; words that were changed in another way are theirs to read. */
function useTold(order: Order) {
  const [known, know] = useState(order.description)
  const more = order.description !== known && order.description.startsWith(known) ? order.description.slice(known.length).trim() : ''
  return { more, heard: () => know(order.description) }
}

/** What is said of a job that is out of the crew's hands: a customer without a number was told nothing. */
function afterwards(state: string, order: Order): Key | null {
  if (state !== 'restored' && state !== 'not_ours') return null
  if (order.in_chat) return `field.after_${state}_chat`
  return (order.contact_phone ?? order.contact_phone_masked) ? `field.after_${state}` : `field.after_${state}_untold`
}

interface JobProps {
  order: Order
  crew: Crew
  connected: boolean
  /** Null while a call is under way. */
  onCall: (() => void) | null
}

/** A job in hand: the next steps as big buttons. A step counts at once here and is sent when there is a network. */
export function JobCard({ order, crew, connected, onCall }: JobProps) {
  const { t, word } = useSpeech()
  const { say, tell } = useProblem()
  const waiting = useStore(crew.steps.waiting)
  const uploaded = useStore(crew.uploaded)[order.order_no] ?? 0
  const [note, setNote, clear] = useDraft(`field.${order.order_no}`, '')
  const [asked, ask] = useState(false)
  const [story, tellStory] = useState(false)
  const noteField = useRef<TextAreaRef>(null)
  const state = stateAfter(order.state, order.order_no, waiting)
  const mine = waiting.filter((step) => step.order_no === order.order_no)
  const photos = mine.filter((step) => step.type === 'photo').length
  const next = nextSteps(state)
  const after = afterwards(state, order)
  const { moved, seen } = useMoved(order)
  const { more, heard } = useTold(order)
  const begun = () => ({ id: crypto.randomUUID(), order_no: order.order_no, at: new Date().toISOString(), ...(note.trim() && { note: note.trim() }) })

  async function take(type: 'step' | 'help', to: string) {
    if (to === 'not_ours' && !note.trim()) {
      ask(true)
      noteField.current?.focus()
      return
    }
    const step = { ...begun(), type, to }
    clear()
    ask(false)
    const at = type === 'step' ? await here() : null
    crew.steps.take({ ...step, ...at })
    if (type === 'help') say(t('field.help_text'))
  }
  async function shoot(file: File | undefined) {
    if (!file) return
    try {
      const photo = await made(file)
      if (!photo) return tell(new CommandRefused('not_a_photo', ''))
      const at = await here()
      await crew.takePhoto({ ...begun(), type: 'photo', to: 'photo', ...at }, photo)
      clear()
      const told = [note.trim() && t('field.photo_note'), !connected && t('field.photo_kept')].filter(Boolean)
      if (told.length) say(told.join(' '))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <section className="card job" aria-label={order.order_no}>
      <header>
        <h2 className="num">{order.order_no}</h2>
        <span className="tag blue" data-order-state={state}>{word('order', state)}</span>
        {mine.length > 0 && <span className="tag amber">{t('field.pending')} {mine.length}</span>}
      </header>
      <HelpAsked help={order.help} />
      {moved && <div className="banner bad" role="alert" data-moved>{t('field.moved', { before: moved })} <Button size="small" onClick={seen}>{t('offer.seen')}</Button></div>}
      {more && <div className="banner bad words" role="alert" data-told>{t('field.told_more', { words: more })} <Button size="small" onClick={heard}>{t('offer.seen')}</Button></div>}
      <JobFacts order={order} />
      {next.length > 0 && (
        <>
          {(order.contact_phone ?? order.contact_phone_masked) && <Button block size="large" className="call" disabled={!connected || !onCall} onClick={() => onCall?.()}>{t('field.call_customer')}</Button>}
          <Estimates order={order} state={state} waiting={mine} onSay={(of, expected) => crew.steps.take({ id: crypto.randomUUID(), order_no: order.order_no, at: new Date().toISOString(), type: 'estimate', to: of, expected })} />
          <label className="field"><span>{t('field.note')}</span>
            <Input.TextArea ref={noteField} value={note} rows={2} maxLength={1000} status={asked && !note.trim() ? 'error' : ''} onChange={(event) => setNote(event.target.value)} />
          </label>
          {next.includes('not_ours') && !note.trim() && <p className={asked ? 'hint asked' : 'hint'} role={asked ? 'alert' : undefined}>{t('field.not_ours_hint')}</p>}
          <label className="shoot">
            <input type="file" accept="image/*" capture="environment" onChange={(event) => { void shoot(event.target.files?.[0]); event.target.value = '' }} />
            <span>{t('field.photo')}</span>
          </label>
          {uploaded > 0 && <p className="hint" role="status" data-photos>✓ {t('field.photos_there', { n: uploaded })}</p>}
          {photos > 0 && <p className="hint" role="status">{t('field.photos_wait', { n: photos })}</p>}
          <div className="big next"><Button type="primary" onClick={() => void take('step', next[0]!)}>{t(`field.${next[0]}` as 'field.arrived')}</Button></div>
          <div className="big">
            {next.slice(1).map((to) => <Button key={to} onClick={() => void take('step', to)}>{t(`field.${to}` as 'field.arrived')}</Button>)}
            <Button danger onClick={() => void take('help', 'help')}>{t('field.help')}</Button>
          </div>
        </>
      )}
      {!next.length && after && <p className="banner note after-job" role="status">{t(after)}</p>}
      {connected && (
        <details className="so-far" onToggle={(event) => tellStory(event.currentTarget.open)}>
          <summary>{t('field.story')}</summary>
          {story && <Timeline address={path('work-orders', order.order_no, 'timeline')} stamp={`${order.rev}.${mine.length}`} />}
        </details>
      )}
    </section>
  )
}

interface EstimatesProps {
  order: Order
  state: string
  waiting: readonly Step[]
  onSay(of: 'arrive' | 'restore', expected: string): void
}

/** When the crew will be there, or will be done: one tap, and it can be said anew. */
function Estimates({ order, state, waiting, onSay }: EstimatesProps) {
  const { t, lang } = useSpeech()
  const choice = estimates(state)
  const [last, remember] = useDraft<{ minutes: number; expected: string } | null>(`eta.${order.order_no}.${choice?.of}`, null)
  if (!choice) return null
  const what = t(`field.eta_${choice.of}`)
  const kept = choice.of === 'arrive' ? order.arrive_eta_at : order.restore_eta_at
  const said = waiting.filter((step) => step.type === 'estimate' && step.to === choice.of).at(-1)?.expected ?? kept
  const chosen = last && said && Math.abs(Date.parse(said) - Date.parse(last.expected)) < 1000 ? last.minutes : null
  const choose = (minutes: number) => {
    const expected = new Date(Date.now() + minutes * 60_000).toISOString()
    remember({ minutes, expected })
    onSay(choice.of, expected)
  }
  return (
    <div className="estimate" role="group" aria-label={what}>
      <span>{what}{said && <strong className="num" data-eta={choice.of}> {dayAndTime(lang, said)}</strong>}</span>
      <div className="row">
        {choice.minutes.map((minutes) => (
          <Button key={minutes} {...(chosen === minutes && { type: 'primary', ghost: true })} aria-pressed={chosen === minutes} onClick={() => choose(minutes)}>
            {t('field.eta_in', { t: length(lang, minutes * 60) })}
          </Button>
        ))}
      </div>
    </div>
  )
}
