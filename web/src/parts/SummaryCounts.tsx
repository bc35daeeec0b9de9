import { useSpeech } from '../i18n'
import { length } from '../i18n/formats'

interface Figures {
  answered: number
  missed: number
  declined: number
  wrapped: number
  talk_s: number
  by_channel: Record<string, number>
  orders: Record<string, number>
  dispositions?: Record<string, number>
  promises: { made: number; met: number; broken: number }
  surveys: { n: number; mean: number | null }
  repeat_callers: number
}

/** The figures of a shift. */
export function Counts({ counts }: { counts: Record<string, unknown> }) {
  const { t, word, lang } = useSpeech()
  const of = counts as unknown as Figures
  const named = (list: string, values: Record<string, number>) => Object.entries(values).map(([name, n]) => `${word(list, name)} ${n}`).join(' · ')
  return (
    <div className="stack">
      <div className="figures num">
        {([['summary.answered', of.answered], ['summary.missed', of.missed], ['summary.declined', of.declined], ['summary.wrapped', of.wrapped], ['summary.repeat', of.repeat_callers]] as const).map(([key, n]) => (
          <div key={key}><strong>{n}</strong><span>{t(key)}</span></div>
        ))}
        <div><strong>{length(lang, of.talk_s)}</strong><span>{t('summary.talk')}</span></div>
      </div>
      <dl className="facts">
        {Object.keys(of.by_channel).length > 0 && <><dt>{t('summary.by_channel')}</dt><dd>{named('channel', of.by_channel)}</dd></>}
        {Object.keys(of.dispositions ?? {}).length > 0 && <><dt>{t('today.disposition')}</dt><dd>{named('disposition', of.dispositions ?? {})}</dd></>}
        {Object.keys(of.orders).length > 0 && <><dt>{t('summary.orders')}</dt><dd>{named('type', of.orders)}</dd></>}
        <dt>{t('summary.promises')}</dt><dd>{t('summary.promises_text', of.promises)}</dd>
        {of.surveys.n > 0 && <><dt>{t('summary.surveys')}</dt><dd>{of.surveys.mean === null ? of.surveys.n : t('summary.surveys_text', { n: of.surveys.n, mean: of.surveys.mean })}</dd></>}
      </dl>
    </div>
  )
}
