import { Button } from 'antd'
import { api, type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'

const EVERY_MS = 20_000

/** Orders that colleagues handed to this person: each is accepted by name, and late ones are marked. */
export function HandedOver() {
  const { t, word, lang } = useSpeech()
  const { tell, say } = useProblem()
  const list = useFetched<Page<Schemas['ToTakeOver']>>('/api/handed-over', useNow(EVERY_MS))
  const items = list.data?.items ?? []
  if (!items.length) return null

  async function accept(item: Schemas['ToTakeOver']) {
    try {
      await api.post(path('daily-summaries', item.summary_id, 'items', item.order_no, 'accept'), {}, crypto.randomUUID())
      say(t('summary.taken', { order: item.order_no }))
    } catch (error) {
      tell(error)
    }
    list.again()
  }
  return (
    <section className="card stack" aria-label={t('summary.to_take')}>
      <h2>{t('summary.to_take')}</h2>
      {items.map((item) => (
        <div key={`${item.summary_id} ${item.order_no}`} className="row open-item" data-handed={item.order_no}>
          <div className="grow">
            <div className="row">
              <span className="num">{item.order_no}</span>
              <span>{word('type', item.type)}{item.subtype ? ` · ${word('subtype', item.subtype)}` : ''}</span>
              <span className="tag blue">{word('order', item.state)}</span>
            </div>
            <p className="dim small">{item.address_masked} {t('summary.given_by', { who: `${item.giver} ${item.giver_name}` })}</p>
          </div>
          <span className={item.late ? 'tag red' : 'dim small num'}>{t('summary.accept_by', { t: dayAndTime(lang, item.accept_by) })}</span>
          <Button type="primary" onClick={() => void accept(item)}>{t('summary.accept')}</Button>
        </div>
      ))}
    </section>
  )
}
