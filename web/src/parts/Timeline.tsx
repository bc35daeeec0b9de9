import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { clockTime, dayAndTime } from '../i18n/formats'
import { useFetched } from './fetched'
import { FromSite, isFromSite } from './FromSite'
import { isWritten, steps } from './story'

/** An offer's way is the service's own: naming it beside who did not answer would read as if it had not. */
const actedBy = ({ kind, actor }: Schemas['TimelineEntry']) => actor.kind !== 'system' || !['offer', 'offer_expired', 'task'].includes(kind)

/** What happened, step by step. */
export function Timeline({ address, channel, stamp = 0 }: { address: string; channel?: string | undefined; stamp?: unknown }) {
  const speech = useSpeech()
  const { t, word, lang } = speech
  const story = useFetched<Page<Schemas['TimelineEntry']>>(`${address}?limit=200`, stamp)
  if (story.failed) return <p className="banner bad" role="alert">{story.failed}</p>
  if (!story.data) return <p className="empty">{t('common.loading')}</p>
  const items = story.data.items.filter((entry) => entry.kind !== 'webhook')
  const crews = new Set(items.filter((entry) => entry.actor.kind === 'crew').map((entry) => entry.actor.id))
  const whoOf = ({ actor }: Schemas['TimelineEntry']) => {
    if (actor.kind === 'caller' && isWritten(channel)) return 'customer'
    return actor.kind === 'agent' && crews.has(actor.id) ? 'crew' : actor.kind
  }
  if (!items.length) return <p className="empty">{t('story.none')}</p>
  return (
    <ol className="story">
      {steps(items, speech, channel).map(({ entry, words, times }) => (
        <li key={entry.seq}>
          <time className="num dim" dateTime={entry.at} title={dayAndTime(lang, entry.at)}>{clockTime(lang, entry.at, true)}</time>
          <div>
            <strong>{word('story', entry.kind)}</strong>
            {actedBy(entry) && <span className="dim small"> {word('from', whoOf(entry))}{entry.actor.id ? ` ${entry.actor.id}` : ''}</span>}
            {times > 1 && <span className="tag">{t('story.times', { n: times })}</span>}
            {isFromSite(entry) ? <FromSite entry={entry} /> : <p className="words">{words}</p>}
            {entry.data?.unverified === true && <span className="tag amber">{t('story.unverified')}</span>}
          </div>
        </li>
      ))}
    </ol>
  )
}
