import { Button, Input, type InputRef, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useStore } from '../live/store'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Desk } from './desk'
import type { Line } from './leg'

/** The call itself: on the local carrier what is said, as text; with a real account the audio devices. */
export function LegPane({ desk, contactId }: { desk: Desk; contactId: string }) {
  const leg = useStore(desk.leg.state)
  if (leg.kind === 'voice') return <VoicePane desk={desk} />
  return <TextPane desk={desk} contactId={contactId} />
}

function TextPane({ desk, contactId }: { desk: Desk; contactId: string }) {
  const { t, lang } = useSpeech()
  const { tell } = useProblem()
  const leg = useStore(desk.leg.state)
  const [text, setText, clear] = useDraft(`say.${contactId}`, '')
  const end = useRef<HTMLDivElement>(null)
  const input = useRef<InputRef>(null)
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [leg.lines.length])

  async function say() {
    const words = text.trim()
    if (!words) return
    try {
      await desk.leg.say(words)
      clear()
    } catch (error) {
      tell(error)
    }
  }
  const shown = leg.lines.filter((line) => line.kind !== 'listening' && line.kind !== 'status' && (line.text || line.event || line.key))
  return (
    <section className="card pane" aria-label={t('leg.title')}>
      <header><h2>{t('leg.title')}</h2></header>
      <div className="talk" role="log" aria-live="polite" tabIndex={0} aria-label={t('leg.title')}>
        {!shown.length && <p className="empty">{leg.call ? t('leg.none') : t('leg.lost')}</p>}
        {shown.map((line) => <SpokenLine key={line.seq} line={line} lang={lang} />)}
        <div ref={end} />
      </div>
      {leg.call && (
        <form className="say" onSubmit={(event) => { event.preventDefault(); void say() }}>
          <Input ref={input} data-say aria-label={t('leg.label')} placeholder={t('leg.say')} value={text} maxLength={1000} onChange={(event) => setText(event.target.value)} />
          <Button type="primary" htmlType="submit" disabled={!text.trim()}>{t('leg.label')}</Button>
        </form>
      )}
    </section>
  )
}

function SpokenLine({ line, lang }: { line: Line; lang: 'zh-CN' | 'en' }) {
  const { t } = useSpeech()
  const mine = line.kind === 'said'
  const spoken = mine || line.sound === 'voice'
  const at = clockTime(lang, new Date(line.at).toISOString(), true)
  if (!spoken) {
    const event = line.event && ['joined', 'left', 'held', 'unheld'].includes(line.event) ? t(`leg.${line.event}` as 'leg.joined') : ''
    const words = line.text ?? (event || (line.key ? t('leg.key', { key: line.key }) : ''))
    return <p className="line small dim"><span className="num">{at}</span> {t('leg.line')}：{words}</p>
  }
  return (
    <div className={mine ? 'bubble mine' : 'bubble'}>
      <span className="small dim">{mine ? t('leg.me') : t('leg.caller')} <span className="num">{at}</span></span>
      <p className="words">{line.text}</p>
    </div>
  )
}

function VoicePane({ desk }: { desk: Desk }) {
  const { t } = useSpeech()
  const { tell } = useProblem()
  const leg = useStore(desk.leg.state)
  const [devices, setDevices] = useState<{ id: string; label: string }[]>([])
  const [level, setLevel] = useState<number | null>(null)
  useEffect(() => {
    desk.leg.devices().then(setDevices, tell)
  }, [desk, leg.call])

  async function test() {
    try {
      await measure(setLevel)
    } catch {
      tell(new DOMException('', 'AbortError'))
      setLevel(-1)
    }
  }
  return (
    <section className="card pane" aria-label={t('leg.devices')}>
      <header><h2>{t('leg.devices')}</h2>{leg.call && <span className="tag green">{t('leg.voice_on')}</span>}</header>
      <div className="row">
        <label className="field"><span>{t('leg.microphone')}</span>
          <Select aria-label={t('leg.microphone')} className="wide" placeholder={t('leg.default')} options={devices.map(({ id, label }) => ({ value: id, label }))}
            onChange={(id) => desk.leg.useMicrophone(String(id)).catch(tell)} />
        </label>
        <Button onClick={() => void test()}>{t('leg.test')}</Button>
        {level !== null && level >= 0 && <meter min={0} max={1} value={level} aria-label={t('leg.level')} />}
        {level === -1 && <span role="alert">{t('error.microphone')}</span>}
      </div>
    </section>
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
