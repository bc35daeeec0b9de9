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
  const field = queue.mode === 'field'
  const waiting = () => onDrill({ kind: 'waiting', title: t(field ? 'board.jobs' : 'board.contacts_waiting', { queue: name }), query: { waiting_in: queue.name }, count: queue.waiting })
  const ofToday = (result: string, label: string, count: number) => () =>
    onDrill({
      kind: field ? 'orders' : 'contacts',
      title: `${t(field ? 'board.jobs_today' : 'board.contacts_of', { queue: name })} · ${label}`,
      query: { queued_in: queue.name, ...(result && { result }) },
      count,
    })
  const waited = queue.waiting && queue.oldest_at ? secondsSince(queue.oldest_at, now) : 0
  const bad = queue.unmanned && queue.open
  const nobody = queue.unmanned && !queue.unanswered
  const urgent = queue.name === 'emergency' && queue.waiting > 0
  const alone = queue.danger_without_crew
  const tone = bad || urgent || alone ? 'bad' : queue.waiting > 0 && waited > 60 ? 'warn' : ''
  const level = queue.service_level
  const below = level !== null && level < queue.target_percent
  const figures = [
    ['', t(field ? 'board.jobs_offered' : 'board.offered'), queue.offered],
    ['answered', t(field ? 'board.jobs_done' : 'board.answered'), queue.answered],
    ['abandoned', t(field ? 'board.jobs_gone' : 'board.abandoned'), queue.abandoned],
    ['other', t(field ? 'board.jobs_open' : 'board.other'), queue.offered - queue.answered - queue.abandoned],
  ] as const
  return (
    <section className={`queue ${tone}`} aria-label={name} data-queue={queue.name}>
      <header>
        <h2>{name}</h2>
        {bad && <strong className="unmanned">■ {t(queue.unanswered ? 'board.unanswered' : 'board.unmanned')}</strong>}
        {alone > 0 && (
          <button type="button" className="unmanned" onClick={() => onDrill({ kind: 'orders', title: t('board.danger_alone', { n: alone }), query: { without_crew: 'true' }, count: alone })}>■ {t('board.danger_alone', { n: alone })}</button>
        )}
        {!queue.open && <span className="tag">{t('board.closed')}</span>}
      </header>
      <div className="large">
        <button type="button" onClick={waiting}>
          <strong className="num">{queue.waiting}</strong><span>{t('board.waiting')}</span>
        </button>
        <button type="button" onClick={waiting}>
          <strong className={waited < 3600 ? 'num' : 'num long'}>{timer(waited)}</strong><span>{t('board.longest')}</span>
        </button>
        <button type="button" className={below ? 'warn' : ''} aria-expanded={formula} onClick={() => setFormula(!formula)}>
          <strong className="num">{level === null ? '—' : `${Math.round(level)}%`}</strong><span>{below ? '▼ ' : ''}{t('board.service_level')}&nbsp;ⓘ</span>
        </button>
      </div>
      {formula && (
        <div className="formula">
          <p>{t('board.formula_text')}</p>
          <p className="num">{t('board.level_now', { p: queue.target_percent, s: queue.target_within_s, n: queue.in_time, of: queue.counted })}</p>
        </div>
      )}
      <div className="small-figures num">
        {figures.map(([result, label, n]) => (
          <button key={result} type="button" onClick={ofToday(result, result === 'other' && !field ? t('board.otherwise') : label, n)}>{label} <b>{n}</b></button>
        ))}
        <span>{t('board.asa')} <b>{queue.asa_s === null ? '—' : length(lang, queue.asa_s)}</b></span>
        <span>{t('board.estimate')} <b>{nobody ? t('board.nobody_staffed') : queue.estimate_s === null ? '—' : length(lang, queue.estimate_s)}</b></span>
      </div>
      <div className="small-figures num">
        {STATES.map((state) => {
          const [label, count] = [field && state === 'talking' ? t('field.on_job') : word('state', state), queue.agents[state] ?? 0]
          return (
            <button key={state} type="button" className={`dot ${state}`} onClick={() => onDrill({ kind: 'people', title: t('board.people_in', { queue: name, state: label }), query: { queue: queue.name, state }, count })}>
              {label} <b>{count}</b>
            </button>
          )
        })}
      </div>
    </section>
  )
}
