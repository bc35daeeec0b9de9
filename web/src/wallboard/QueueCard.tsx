import { useState } from 'react'
import { useSpeech } from '../i18n'
import { length, timer } from '../i18n/formats'
import { secondsSince } from '../parts/now'
import type { Queue } from '../state/frames'
import type { DrillOf } from './Drill'

const STATES = ['available', 'offered', 'talking', 'wrapping', 'break']

/** One queue: readable from afar. Each number opens what it counts. */
export function QueueCard({ queue, now, onDrill }: { queue: Queue; now: number; onDrill(of: DrillOf): void }) {
  const { t, word, lang } = useSpeech()
  const [formula, setFormula] = useState(false)
  const name = word('queue', queue.name)
  const contacts = (extra: Record<string, string>, title: string) => () => onDrill({ kind: queue.mode === 'field' ? 'orders' : 'contacts', title, query: queue.mode === 'field' ? {} : { queue: queue.name, ...extra } })
  const waited = queue.waiting && queue.oldest_at ? secondsSince(queue.oldest_at, now) : 0
  const bad = queue.unmanned && queue.open
  const tone = bad ? 'bad' : queue.waiting > 0 && waited > 60 ? 'warn' : ''
  const level = queue.service_level
  const today = t('board.contacts_of', { queue: name })
  return (
    <section className={`queue ${tone}`} aria-label={name} data-queue={queue.name}>
      <header>
        <h2>{name}</h2>
        {bad && <strong className="unmanned">■ {t('board.unmanned')}</strong>}
        {!queue.open && <span className="tag">{t('board.closed')}</span>}
      </header>
      <div className="large">
        <button type="button" onClick={contacts({ state: 'waiting' }, t('board.contacts_waiting', { queue: name }))}>
          <strong className="num">{queue.waiting}</strong><span>{t('board.waiting')}</span>
        </button>
        <button type="button" onClick={contacts({ state: 'waiting' }, t('board.contacts_waiting', { queue: name }))}>
          <strong className="num">{timer(waited)}</strong><span>{t('board.longest')}</span>
        </button>
        <button type="button" aria-expanded={formula} onClick={() => setFormula(!formula)}>
          <strong className="num">{level === null ? '—' : `${Math.round(level)}%`}</strong><span>{t('board.service_level')}</span>
        </button>
      </div>
      {formula && <p className="formula">{t('board.formula_text')}</p>}
      <div className="small-figures num">
        {([['board.offered', queue.offered, {}], ['board.answered', queue.answered, {}], ['board.abandoned', queue.abandoned, {}]] as const).map(([key, n]) => (
          <button key={key} type="button" onClick={contacts({ today: '1' }, today)}>{t(key)} <b>{n}</b></button>
        ))}
        <span>{t('board.asa')} <b>{queue.asa_s === null ? '—' : length(lang, queue.asa_s)}</b></span>
        <span>{t('board.estimate')} <b>{queue.estimate_s === null ? '—' : length(lang, queue.estimate_s)}</b></span>
      </div>
      <div className="small-figures num">
        {STATES.map((state) => <span key={state} className={`dot ${state}`}>{word('state', state)} <b>{queue.agents[state] ?? 0}</b></span>)}
      </div>
    </section>
  )
}
