import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { api, type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useDraft } from '../parts/draft'
import { useFetched } from '../parts/fetched'
import { useProblem } from '../parts/problem'
import { OpenItem } from '../parts/OpenItem'
import { Counts } from '../parts/SummaryCounts'
import { AgreedCalls } from './AgreedCalls'
import { HandedOver } from './HandedOver'

type Shift = Schemas['SummaryShape']

interface Doubt {
  key: 'summary.still_running' | 'summary.no_receiver'
  fill: Record<string, string | number>
}

/** Why a summary may be meant for later: the shift goes on, or orders of it go to nobody. */
export function doubtsOf(shift: Pick<Shift, 'shift'>, orphans: readonly string[], now: number): Doubt[] {
  const to = shift.shift.to ?? ''
  return [
    ...(Date.parse(to) > now ? [{ key: 'summary.still_running', fill: { to: clockTime('zh-CN', to) } } as const] : []),
    ...(orphans.length ? [{ key: 'summary.no_receiver', fill: { n: orphans.length, orders: orphans.join(' ') } } as const] : []),
  ]
}

/** The shift's summary: drafted by the service, the agent's own words, open items to named people. */
export function SummaryDialog({ agentNo, onClose }: { agentNo: string; onClose(): void }) {
  const { t, lang } = useSpeech()
  const list = useFetched<Page<Shift>>(`/api/daily-summaries?${new URLSearchParams({ agent_no: agentNo })}`, 0, lang)
  const colleagues = useFetched<Page<Schemas['ColleagueShape']>>('/api/colleagues')
  const names = Object.fromEntries((colleagues.data?.items ?? []).map((each) => [each.agent_no, each.name]))
  return (
    <Modal open title={t('summary.title')} onCancel={onClose} footer={null} width={720}>
      {list.failed && <p className="banner bad" role="alert">{list.failed}</p>}
      {!list.data && !list.failed && <p className="empty">{t('common.loading')}</p>}
      {list.data && !list.data.items.length && <p className="empty">{t('summary.none')}</p>}
      <div className="stack">
        <HandedOver />
        <AgreedCalls agentNo={agentNo} stamp={0} hint={t('summary.to_call_hint')} onDial={null} />
        {list.data?.items.map((shift) => <ShiftForm key={shift.summary_id} shift={shift} names={names} onChanged={list.again} />)}
      </div>
    </Modal>
  )
}

function ShiftForm({ shift, names, onChanged }: { shift: Shift; names: Readonly<Record<string, string>>; onChanged(): void }) {
  const { t, word, lang } = useSpeech()
  const { tell, say } = useProblem()
  const open = shift.state === 'draft'
  const [text, setText, clearText] = useDraft(`summary.${shift.summary_id}`, shift.text)
  const [more, setMore] = useDraft<Record<string, string>>(`summary.more.${shift.summary_id}`, {})
  const [handedTo, hand] = useDraft<Record<string, string>>(`summary.items.${shift.summary_id}`, {})
  const [busy, setBusy] = useState(false)
  const [asking, ask] = useState<Doubt[]>([])
  const receiver = (item: Shift['open_items'][number]) => (handedTo[item.order_no] ?? item.handed_to ?? '').trim()
  const named = (each: Shift['feedback'][number]) => (each.n == null ? each.text : `${word('subject', each.category)} ${each.n}`)
  const own = shift.feedback.filter((each) => more[each.category]?.trim()).map((each) => `${word('subject', each.category)}${t('common.colon')}${more[each.category]!.trim()}`)
  const whole = [text, ...own].join('\n')

  function submit() {
    const doubts = doubtsOf(shift, shift.open_items.filter((item) => !receiver(item)).map((item) => item.order_no), Date.now())
    if (doubts.length) ask(doubts)
    else void keep(true)
  }
  async function keep(submit: boolean) {
    setBusy(true)
    ask([])
    try {
      if (whole !== shift.text) await api.patch(path('daily-summaries', shift.summary_id), { text: whole })
      setMore({})
      if (submit) {
        const named = Object.fromEntries(Object.entries(handedTo).filter(([, who]) => who.trim()).map(([no, who]) => [no, who.trim()]))
        await api.post(path('daily-summaries', shift.summary_id, 'submit'), { handed_to: named }, crypto.randomUUID())
        clearText()
        say(t('summary.sent'))
      } else {
        setText(whole)
        say(t('common.saved'))
      }
      onChanged()
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="card stack">
      <header>
        <h2 className="num">{shift.date} · {t('summary.shift', { from: clockTime(lang, shift.shift.from), to: clockTime(lang, shift.shift.to) })}</h2>
        <span className={open ? 'tag amber' : 'tag green'}>{word('summary', shift.state)}</span>
        {shift.late && <span className="tag red">{t('summary.late')}</span>}
      </header>
      <Counts counts={shift.counts} />
      {shift.feedback.length > 0 && (
        <fieldset className="stack plainset">
          <legend className="dim">{open ? t('summary.category_words') : t('summary.feedback')}</legend>
          {shift.feedback.map((each) => (
            <label key={each.category} className="row">
              <span className="category num">{named(each)}</span>
              {open && <Input className="grow" aria-label={word('subject', each.category)} value={more[each.category] ?? ''} maxLength={500} onChange={(event) => setMore({ ...more, [each.category]: event.target.value })} />}
            </label>
          ))}
        </fieldset>
      )}
      {open ? (
        <label className="field"><span>{t('summary.words')}</span>
          <Input.TextArea value={text} rows={3} maxLength={4000} onChange={(event) => setText(event.target.value)} />
        </label>
      ) : <p className="words">{shift.text}</p>}
      <h3 className="small dim">{t('summary.open_items')}</h3>
      {!shift.open_items.length && <p className="dim">{t('summary.no_items')}</p>}
      {shift.open_items.map((item) => (
        <div key={item.order_no} className="row open-item">
          <OpenItem orderNo={item.order_no} />
          {open ? (
            <Select className="who-next" showSearch allowClear optionFilterProp="label" placeholder={t('summary.hand_to')} aria-label={`${t('summary.hand_to')} ${item.order_no}`}
              value={receiver(item) || null} onChange={(who: string | undefined) => hand({ ...handedTo, [item.order_no]: who ?? '' })}
              options={Object.entries(names).map(([no, name]) => ({ value: no, label: `${no} ${name}` }))} />
          ) : <span className="num push">→ {item.handed_to ? `${item.handed_to} ${names[item.handed_to] ?? ''}` : t('common.none')} {item.accepted ? t('summary.accepted') : ''}</span>}
        </div>
      ))}
      {shift.comment && <p className="words"><span className="dim">{t('summary.comment')}{t('common.colon')}</span>{shift.comment}</p>}
      {open && asking.length > 0 && (
        <div className="banner asked" role="alert">
          <div>{asking.map((doubt) => <p key={doubt.key}>{t(doubt.key, doubt.fill)}</p>)}</div>
          <Button className="push" autoFocus onClick={() => ask([])}>{t('summary.go_back')}</Button>
          <Button danger loading={busy} onClick={() => void keep(true)}>{t('summary.submit_still')}</Button>
        </div>
      )}
      {open && !asking.length && (
        <div className="row">
          <Button className="push" onClick={() => void keep(false)} disabled={busy}>{t('common.save')}</Button>
          <Button type="primary" loading={busy} onClick={submit}>{t('summary.submit')}</Button>
        </div>
      )}
    </section>
  )
}
