import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { clockTime, dayAndTime } from '../i18n/formats'
import { useFetched } from './fetched'

/** What happened, step by step. */
export function Timeline({ address, stamp = 0 }: { address: string; stamp?: unknown }) {
  const { t, word, lang } = useSpeech()
  const story = useFetched<Page<Schemas['TimelineEntry']>>(`${address}?limit=200`, stamp)
  if (story.failed) return <p className="banner bad" role="alert">{story.failed}</p>
  if (!story.data) return <p className="empty">{t('common.loading')}</p>
  const items = story.data.items.filter((entry) => entry.kind !== 'webhook')
  if (!items.length) return <p className="empty">{t('story.none')}</p>
  return (
    <ol className="story">
      {items.map((entry) => (
        <li key={entry.seq}>
          <time className="num dim" dateTime={entry.at} title={dayAndTime(lang, entry.at)}>{clockTime(lang, entry.at, true)}</time>
          <div>
            <strong>{word('story', entry.kind)}</strong>
            <span className="dim small"> {word('from', entry.actor.kind)}{entry.actor.id ? ` ${entry.actor.id}` : ''}</span>
            {told(entry) && <p className="words">{told(entry)}</p>}
          </div>
        </li>
      ))}
    </ol>
  )
}

function told(entry: Schemas['TimelineEntry']): string {
  const data = entry.data ?? {}
  const spoken = ['said', 'heard', 'input', 'keys', 'note', 'message'].map((name) => data[name]).find((value) => typeof value === 'string' && value)
  return entry.text || (spoken as string | undefined) || ''
}
