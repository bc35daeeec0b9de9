import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { useFetched } from '../parts/fetched'

interface Props {
  /** The customer's language: what is written is in theirs, what a phrase is called in the page's. */
  lang: string | null
  onChoose(text: string): void
  onClose(): void
}

/** Answers that are said every day, from the knowledge base's category `phrase`; a digit chooses. */
export function Phrases({ lang, onChoose, onClose }: Props) {
  const { t, lang: own } = useSpeech()
  const found = useFetched<Page<Schemas['ArticleShape']>>('/api/knowledge?category=phrase&limit=9')
  const phrases = (found.data?.items ?? []).map((each) => ({
    title: own === 'en' ? each.title_en : each.title_zh,
    body: lang === 'en' ? each.body_en : each.body_zh,
  }))
  return (
    <div className="phrases" role="group" aria-label={t('chat.canned')}
      onKeyDown={(event) => {
        const nth = phrases[Number(event.key) - 1]
        if (event.key !== 'Escape' && !nth) return
        event.preventDefault()
        if (nth) onChoose(nth.body)
        else onClose()
      }}>
      {found.failed && <p className="banner bad" role="alert">{found.failed}</p>}
      {found.data && !phrases.length && <p className="empty">{t('chat.no_phrases')}</p>}
      {phrases.map((each, place) => (
        <button key={each.title} type="button" autoFocus={place === 0} onClick={() => onChoose(each.body)}>
          <kbd>{place + 1}</kbd> <strong>{each.title}</strong> <span className="dim" lang={lang ?? undefined}>{each.body}</span>
        </button>
      ))}
    </div>
  )
}
