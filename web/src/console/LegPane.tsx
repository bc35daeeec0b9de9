import { Button, Input, type InputRef, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { type Key, useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useStore } from '../live/store'
import { useAtEnd } from '../parts/atEnd'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact, Message } from '../state/frames'
import type { Desk } from './desk'
import type { Found, LegState, Line } from './leg'

/** The call itself: on the local carrier what is said, as text; with a real account the audio devices. */
export function LegPane({ desk, contact }: { desk: Desk; contact: Contact }) {
  const leg = useStore(desk.leg.state)
  if (leg.kind === 'voice') return <VoicePane desk={desk} contact={contact} />
  return <TextPane desk={desk} contact={contact} />
}

/** Whose words these are: on the line there may be a colleague besides the caller. */
export function speakerOf(party: string | undefined, contact: Pick<Contact, 'caller'>): 'caller' | 'colleague' {
  if (!party) return 'caller'
  if (party.startsWith('client:')) return 'colleague'
  const shown = contact.caller?.from ?? contact.caller?.from_masked ?? ''
  const tail = (number: string) => number.replace(/\D/g, '').slice(-4)
  return !shown || tail(shown) === tail(party) ? 'caller' : 'colleague'
}

/** Every talk is recorded, from the instant at which both are in it. */
const recorded = (leg: LegState, contact: Contact) => Boolean(leg.call) && ['talking', 'held'].includes(contact.state)

/** Why there is nothing of the call in this window. */
export function withoutLeg(contact: Pick<Contact, 'state' | 'leg' | 'lost'>): Key {
  if (contact.state === 'connecting') return 'leg.may_ring'
  if (contact.state === 'wrapping') return 'leg.over'
  if (contact.leg === 'phone') return 'leg.by_phone'
  return contact.lost ? 'leg.lost' : 'leg.elsewhere'
}

function TextPane({ desk, contact }: { desk: Desk; contact: Contact }) {
  const { t, lang } = useSpeech()
  const { tell } = useProblem()
  const leg = useStore(desk.leg.state)
  const alone = contact.state === 'connecting'
  const begun = useStore(desk.consulting)
  const consulting = Boolean(contact.consult) || contact.contact_id in begun
  const [text, setText, clear] = useDraft(`say.${contact.contact_id}`, '')
  const lines = useAtEnd(leg.lines.length)
  const input = useRef<InputRef>(null)

  // Who asks a colleague is heard by them while the caller waits.
  const held = contact.state === 'held' && !consulting
  const unheard = leg.muted || held
  const mine = leg.of === null || leg.of === contact.contact_id

  async function say() {
    const words = text.trim()
    if (!words || unheard || alone) return
    try {
      await desk.leg.say(words)
      clear()
    } catch (error) {
      tell(error)
    }
  }
  const shown = leg.lines.filter((line) => mine && line.kind !== 'listening' && line.kind !== 'status' && (line.text || line.event || line.key))
  return (
    <section className="card pane" aria-label={t('leg.title')}>
      <header><h2>{t('leg.title')}</h2>{recorded(leg, contact) && <span className="dim small push">● {t('leg.recorded')}</span>}</header>
      <div ref={lines} className="talk" role="log" aria-live="polite" tabIndex={0} aria-label={t('leg.title')}>
        {contact.messages.map((message) => <WrittenLine key={message.message_id} message={message} />)}
        {!shown.length && <p className="empty">{t(leg.call ? 'leg.none' : withoutLeg(contact))}</p>}
        {shown.map((line) => <SpokenLine key={line.seq} line={line} lang={lang} contact={contact} />)}
      </div>
      {leg.call && unheard && <p className="tag amber muted" role="status">{t(held ? 'leg.on_hold' : 'leg.muted')}</p>}
      {leg.call && alone && <p className="tag amber muted" role="status" data-alone>{t('leg.not_yet')}</p>}
      {leg.call && !alone && (
        <form className="say" onSubmit={(event) => { event.preventDefault(); void say() }}>
          <Input ref={input} data-say aria-label={t('leg.label')} aria-describedby="say-hint" placeholder={t('leg.say')} value={text} maxLength={1000} onChange={(event) => setText(event.target.value)} />
          <Button type="primary" htmlType="submit" disabled={!text.trim() || unheard}>{t('leg.label')}</Button>
        </form>
      )}
      {leg.call ? !alone && <p id="say-hint" className="dim small">{t(held ? 'leg.hold_hint' : leg.muted ? 'leg.muted_hint' : 'leg.hint')}</p> : <LostLeg desk={desk} contact={contact} />}
    </section>
  )
}

/** A call that goes on without this browser: its leg comes back by itself, or by the button. On a telephone it needs none. */
function LostLeg({ desk, contact }: { desk: Desk; contact: Contact }) {
  const { t } = useSpeech()
  const { tell } = useProblem()
  if (contact.leg === 'phone' || contact.state === 'wrapping' || !(contact.lost || contact.state === 'connecting')) return null
  return <div className="row"><Button className="push" onClick={() => desk.rejoin(contact).catch(tell)}>{t('leg.rejoin')}</Button></div>
}

/** What was written before the call: read here, answered by voice. */
function WrittenLine({ message }: { message: Message }) {
  const { t, word, lang } = useSpeech()
  return <p className="line small dim" data-written><span className="num">{clockTime(lang, message.at, true)}</span> {t('leg.written')} · {word('from', message.from)}{t('common.colon')}{message.text}</p>
}

function SpokenLine({ line, lang, contact }: { line: Line; lang: 'zh-CN' | 'en'; contact: Contact }) {
  const { t, word } = useSpeech()
  const mine = line.kind === 'said'
  const spoken = mine || line.sound === 'voice'
  const at = clockTime(lang, new Date(line.at).toISOString(), true)
  if (!spoken) {
    const event = line.event && ['joined', 'left', 'held', 'unheld', 'mute_on', 'mute_off'].includes(line.event) ? t(`leg.${line.event}` as 'leg.joined') : ''
    const words = line.text ?? (event || (line.key ? t(line.kind === 'mark' ? 'leg.sent' : 'leg.key', { key: line.key }) : ''))
    return <p className="line small dim"><span className="num">{at}</span> {t('leg.line')}{t('common.colon')}{words}</p>
  }
  return (
    <div className={mine ? 'bubble mine' : 'bubble'}>
      <span className="small dim">{mine ? t('leg.me') : word('from', speakerOf(line.who, contact))} <span className="num">{at}</span></span>
      <p className="words">{line.text}</p>
    </div>
  )
}

function VoicePane({ desk, contact }: { desk: Desk; contact: Contact }) {
  const { t } = useSpeech()
  const { tell } = useProblem()
  const leg = useStore(desk.leg.state)
  const [devices, setDevices] = useState<Found>({ inputs: [], outputs: [] })
  const [level, setLevel] = useState<number | null>(null)
  useEffect(() => {
    const look = () => setDevices(desk.leg.devices())
    look()
    navigator.mediaDevices?.addEventListener('devicechange', look)
    return () => navigator.mediaDevices?.removeEventListener('devicechange', look)
  }, [desk, leg.call, level === null])

  async function test() {
    try {
      await measure(setLevel)
    } catch {
      setLevel(-1)
    }
  }
  return (
    <section className="card pane" aria-label={t('leg.devices')}>
      <header><h2>{t('leg.devices')}</h2>{leg.call && (leg.muted ? <span className="tag amber" role="status">{t('leg.muted')}</span> : <span className="tag green">{t('leg.voice_on')}</span>)}{recorded(leg, contact) && <span className="dim small push">● {t('leg.recorded')}</span>}</header>
      <div className="row">
        <Devices label={t('leg.microphone')} of={devices.inputs} onChoose={(id) => desk.leg.useMicrophone(id).catch(tell)} />
        {devices.outputs.length > 0 && <Devices label={t('leg.speaker')} of={devices.outputs} onChoose={(id) => desk.leg.useSpeaker(id).catch(tell)} />}
        <Button onClick={() => void test()}>{t('leg.test')}</Button>
        {level !== null && level >= 0 && <meter min={0} max={1} value={level} aria-label={t('leg.level')} />}
        {level === -1 && <span role="alert">{t('error.microphone')}</span>}
      </div>
      {leg.call && contact.state === 'connecting' && <p className="tag amber muted" role="status" data-alone>{t('leg.not_yet')}</p>}
      {!leg.call && <p className="dim">{t(withoutLeg(contact))}</p>}
      {!leg.call && <LostLeg desk={desk} contact={contact} />}
    </section>
  )
}

function Devices({ label, of, onChoose }: { label: string; of: Found['inputs']; onChoose(id: string): void }) {
  const { t } = useSpeech()
  return (
    <label className="field"><span>{label}</span>
      <Select aria-label={label} className="wide" placeholder={t('leg.default')} options={of.map(({ id, label: name }) => ({ value: id, label: name || t('leg.unnamed') }))} onChange={(id) => onChoose(String(id))} />
    </label>
  )
}

const TEST_MS = 5000

/** Five seconds of how loud the microphone is. */
async function measure(tell: (level: number) => void): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const reading = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    tell(Math.min(1, Math.max(...samples.map(Math.abs)) * 2))
  }, 100)
  setTimeout(() => {
    clearInterval(reading)
    stream.getTracks().forEach((track) => track.stop())
    void context.close()
    tell(0)
  }, TEST_MS)
}
