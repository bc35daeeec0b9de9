import type { Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { length } from '../i18n/formats'
import { useNow } from './now'

/** The running promises of an order: how long is left, or how long over. */
export function Clocks({ clocks }: { clocks: readonly Schemas['ClockShape'][] }) {
  const { t, word, lang } = useSpeech()
  const now = useNow(10_000)
  const running = clocks.filter((clock) => !clock.met_at && !clock.stopped_at)
  if (!running.length) return null
  return (
    <ul className="row clocks" aria-label={t('order.clocks')}>
      {running.map((clock) => {
        const left = (Date.parse(clock.due_at) - now) / 1000
        const over = clock.breached || left < 0
        const tone = clock.paused ? 'tag' : over ? 'tag red' : left < 900 ? 'tag amber' : 'tag'
        const words = clock.paused ? t('order.paused') : over ? t('order.over', { t: length(lang, -left) }) : t('order.left', { t: length(lang, left) })
        return <li key={`${clock.name}.${clock.round}`} className={tone}>{word('clock', clock.name)} {words}</li>
      })}
    </ul>
  )
}
