import { Button, Input } from 'antd'
import { useState } from 'react'
import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { useFetched } from '../parts/fetched'

/** What may be told, by any word; in a chat it can be put into the answer. */
export function Knowledge({ onUse }: { onUse: ((text: string) => void) | null }) {
  const { t, lang } = useSpeech()
  const [q, setQ] = useState('')
  const [asked, ask] = useState('')
  const found = useFetched<Page<Schemas['ArticleShape']>>(`/api/knowledge?${new URLSearchParams({ q: asked, limit: '20' })}`)
  const english = lang === 'en'
  return (
    <div className="stack">
      <form className="row" onSubmit={(event) => { event.preventDefault(); ask(q.trim()) }}>
        <Input className="grow" aria-label={t('pop.knowledge')} value={q} onChange={(event) => setQ(event.target.value)} allowClear />
        <Button htmlType="submit">{t('common.search')}</Button>
      </form>
      {found.failed && <p className="banner bad">{found.failed}</p>}
      {found.data && !found.data.items.length && <p className="empty">{t('board.no_items')}</p>}
      {found.data?.items.map((article) => {
        const title = (english && article.title_en) || article.title_zh
        const body = (english && article.body_en) || article.body_zh
        return (
          <details key={article.code} className="card">
            <summary>{title}</summary>
            <p className="words">{body}</p>
            {onUse && <Button size="small" onClick={() => onUse(body)}>{t('pop.use')}</Button>}
          </details>
        )
      })}
    </div>
  )
}
