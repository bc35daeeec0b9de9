import { path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime } from '../i18n/formats'

type Entry = Schemas['TimelineEntry']

/** Whether this step of a story came from a crew: a photo, or a time that it gave. */
export function isFromSite(entry: Entry): boolean {
  return entry.text === 'order_estimated' || typeof entry.data?.photo_id === 'string'
}

export function FromSite({ entry }: { entry: Entry }) {
  const { t, lang } = useSpeech()
  const { photo_id, of_order, note, of, expected_at } = entry.data as Record<string, unknown>
  if (typeof photo_id === 'string') {
    const address = path('work-orders', String(of_order), 'photos', photo_id)
    return (
      <>
        {typeof note === 'string' && <p className="words">{note}</p>}
        <a href={address} target="_blank" rel="noreferrer"><img src={address} alt={t('story.photo')} loading="lazy" /></a>
      </>
    )
  }
  const at = dayAndTime(lang, new Date(Number(expected_at)).toISOString())
  return <p className="words">{t(of === 'arrive' ? 'story.eta_arrive' : 'story.eta_restore', { at })}</p>
}
