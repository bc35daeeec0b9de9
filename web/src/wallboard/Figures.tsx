import { useSpeech } from '../i18n'
import type { Board } from '../state/frames'
import type { DrillOf } from './Drill'

export function ClocksPanel({ clocks, onDrill }: { clocks: Board['clocks']; onDrill(of: DrillOf): void }) {
  const { t } = useSpeech()
  const figure = (n: number, label: string, title: string, clock: 'running' | 'due' | 'breached', tone: string) => (
    <button type="button" className={n ? tone : ''} onClick={() => onDrill({ kind: 'orders', title, query: { clock }, count: n })}>
      <strong className="num">{n}</strong><span>{label}</span>
    </button>
  )
  return (
    <section className="panel" aria-label={t('board.clocks')}>
      <h2>{t('board.clocks')}</h2>
      <div className="large">
        {figure(clocks.breached, `▲ ${t('board.breached')}`, t('board.orders_breached'), 'breached', 'bad')}
        {figure(clocks.due_in_1_h, `◆ ${t('board.due')}`, t('board.orders_due'), 'due', 'warn')}
        {figure(clocks.running, `● ${t('board.running')}`, t('board.orders_open'), 'running', '')}
      </div>
    </section>
  )
}

export function FollowUpsPanel({ counts, onDrill }: { counts: Board['follow_ups']; onDrill(of: DrillOf): void }) {
  const { t } = useSpeech()
  return (
    <section className="panel" aria-label={t('board.follow_up')}>
      <h2>{t('board.follow_up')}</h2>
      <div className="large">
        <button type="button" className={counts.callbacks_due ? 'warn' : ''} onClick={() => onDrill({ kind: 'callbacks', title: t('board.callbacks_due'), query: {}, count: counts.callbacks_due })}>
          <strong className="num">{counts.callbacks_due}</strong><span>↩ {t('board.callbacks')}</span>
        </button>
        <button type="button" onClick={() => onDrill({ kind: 'contacts', title: t('board.calls_agreed'), query: { to_call: 'true' }, count: counts.calls_agreed })}>
          <strong className="num">{counts.calls_agreed}</strong><span>☎ {t('board.agreed')}</span>
        </button>
        <button type="button" className={counts.recordings_unheard ? 'warn' : ''} onClick={() => onDrill({ kind: 'recordings', title: t('board.recordings_unheard'), query: {}, count: counts.recordings_unheard })}>
          <strong className="num">{counts.recordings_unheard}</strong><span>♪ {t('board.recordings')}</span>
        </button>
      </div>
    </section>
  )
}

export function SurveysPanel({ surveys, onDrill }: { surveys: Board['surveys']; onDrill(of: DrillOf): void }) {
  const { t } = useSpeech()
  const scores = (which: 'scored' | 'low', count: number) => () => onDrill({ kind: 'surveys', title: t('board.scores'), query: { today: '1', [which]: 'true' }, count })
  return (
    <section className="panel" aria-label={t('board.surveys')}>
      <h2>{t('board.surveys')}</h2>
      <div className="wide-figures num">
        <button type="button" onClick={scores('scored', surveys.n)}>{t('board.rated')} <b>{surveys.n}</b></button>
        <button type="button" onClick={scores('scored', surveys.n)}>{t('board.mean')} <b>{surveys.mean ?? '—'}</b></button>
        <button type="button" className={surveys.low ? 'bad' : ''} onClick={scores('low', surveys.low)}>{t('board.low')} <b>{surveys.low}</b></button>
      </div>
    </section>
  )
}
