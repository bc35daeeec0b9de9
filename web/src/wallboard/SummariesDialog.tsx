import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { api, type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { clockTime, dayOf, today, yesterday } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import { OpenItem } from '../parts/OpenItem'
import { Counts } from '../parts/SummaryCounts'

type Shift = Schemas['SummaryShape']
type Names = Readonly<Record<string, string>>

/** How often the list is read again: a shift is submitted while it is open. */
const READ_MS = 15_000
const of = (date: string) => `/api/daily-summaries?${new URLSearchParams({ date, limit: '100' })}`

/** Summaries of the people one leads, to be read and acknowledged: today's, and those of the night that began yesterday. */
export function SummariesDialog({ mayAcknowledge, onClose }: { mayAcknowledge: boolean; onClose(): void }) {
  const { t, lang } = useSpeech()
  const readAt = useNow(READ_MS)
  const list = useFetched<Page<Shift>>(of(today()), readAt, lang)
  const before = useFetched<Page<Shift>>(of(yesterday()), readAt, lang)
  const overnight = (before.data?.items ?? []).filter(({ shift }) => shift.to && dayOf(new Date(shift.to)) === today())
  const people = useFetched<Page<Schemas['AgentShape']>>('/api/agents?limit=100')
  const names = Object.fromEntries((people.data?.items ?? []).map((each) => [each.agent_no, each.name]))
  const rank = (shift: Shift) => ['submitted', 'draft', 'acknowledged'].indexOf(shift.state)
  const items = [...(list.data?.items ?? []), ...overnight].sort((a, b) => rank(a) - rank(b))
  return (
    <Modal open title={t('board.summaries')} onCancel={onClose} footer={null} width={720}>
      {list.failed && <p className="banner bad" role="alert">{list.failed}</p>}
      {!list.data && !list.failed && <p className="empty">{t('common.loading')}</p>}
      {list.data && !items.length && <p className="empty">{t('summary.none')}</p>}
      <div className="stack">{items.map((shift) => <Read key={shift.summary_id} shift={shift} names={names} mayAcknowledge={mayAcknowledge} onChanged={() => { list.again(); before.again() }} />)}</div>
    </Modal>
  )
}

function Read({ shift, names, mayAcknowledge, onChanged }: { shift: Shift; names: Names; mayAcknowledge: boolean; onChanged(): void }) {
  const { t, word, lang } = useSpeech()
  const { tell } = useProblem()
  const [comment, setComment] = useState('')
  async function acknowledge() {
    try {
      await api.post(path('daily-summaries', shift.summary_id, 'acknowledge'), { comment: comment.trim() }, crypto.randomUUID())
      onChanged()
    } catch (error) {
      tell(error)
    }
  }
  return (
    <details className="card" open={shift.state === 'submitted'}>
      <summary><span className="num">{shift.agent_no}</span> {shift.agent_name} · {t('summary.shift', { from: clockTime(lang, shift.shift.from), to: clockTime(lang, shift.shift.to) })} <span className={shift.state === 'submitted' ? 'tag amber' : 'tag'}>{word('summary', shift.state)}</span></summary>
      <div className="stack">
        <Counts counts={shift.counts} />
        <p className="words">{shift.text}</p>
        {shift.open_items.map((item) => <div key={item.order_no} className="row open-item"><OpenItem orderNo={item.order_no} /><span className="num push">→ {item.handed_to ? `${item.handed_to} ${names[item.handed_to] ?? ''}` : t('common.none')} {item.accepted ? t('summary.accepted') : ''}</span></div>)}
        {shift.comment && <p className="words"><span className="dim">{t('summary.comment')}{t('common.colon')}</span>{shift.comment}</p>}
        {mayAcknowledge && shift.state === 'submitted' && (
          <div className="row">
            <Input className="grow" aria-label={t('summary.comment')} placeholder={t('summary.comment')} value={comment} maxLength={4000} onChange={(event) => setComment(event.target.value)} />
            <Button type="primary" onClick={() => void acknowledge()}>{t('summary.acknowledge')}</Button>
          </div>
        )}
      </div>
    </details>
  )
}
