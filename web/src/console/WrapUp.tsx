import { Button, Input, Radio } from 'antd'
import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n'
import { timer } from '../i18n/formats'
import { useStore } from '../live/store'
import { unsent, useDraft } from '../parts/draft'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import type { Contact } from '../state/frames'
import type { Desk } from './desk'

interface Draft {
  disposition: string
  note: string
}

interface Props {
  desk: Desk
  contact: Contact
  dispositions: readonly string[]
  /** The order that was opened. */
  orderNo: string | null
  onFinished(by: Finished | null): void
  /** Shows the form of a new order. */
  onOrder(): void
}

/** Who concluded it: the agent, or the clock with what had been entered. */
export type Finished = 'hand' | 'clock'

/** The last moment at which what was entered can still be sent. */
const LAST_S = 1.5

/** What is kept when the time runs out: the disposition shown, "other" for a note alone, nothing when nothing was entered. */
export function keptAtTheEnd(disposition: string, note: string): string {
  return disposition || (note.trim() ? 'other' : '')
}

/** How it was concluded. Sent before the end it takes effect at the end; at the end of the time it is sent by itself. */
export function WrapUp({ desk, contact, dispositions, orderNo, onFinished, onOrder }: Props) {
  const { t, word } = useSpeech()
  const { tell, say } = useProblem()
  const now = useNow()
  const [draft, write, clear] = useDraft<Draft>(`wrap.${contact.task_id}`, { disposition: '', note: '' })
  const [busy, setBusy] = useState(false)
  const wrapping = contact.state === 'wrapping'
  const left = wrapping && contact.until ? (Date.parse(contact.until) - now) / 1000 : null
  const passedOn = useStore(desk.passedOn).includes(contact.task_id)
  const done = wrapping && passedOn ? 'transferred' : orderNo ? 'order_opened' : ''
  const disposition = draft.disposition || contact.disposition || done

  const atTheEnd = keptAtTheEnd(disposition, draft.note)
  const runsOut = left !== null && left <= LAST_S && atTheEnd !== ''
  useEffect(() => {
    if (runsOut && !busy) void submit(atTheEnd, 'clock')
  }, [runsOut])

  async function submit(as: string, by: Finished) {
    setBusy(true)
    try {
      if (wrapping) onFinished(by)
      await desk.command('wrap_up', { contact_id: contact.contact_id, disposition: as, note: draft.note })
      clear()
      say(t(by === 'clock' ? 'wrap.kept' : wrapping ? 'wrap.done' : 'wrap.ahead'))
    } catch (error) {
      onFinished(null)
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={wrapping ? 'card wrap now' : 'card wrap'} aria-label={t('wrap.title')} onSubmit={(event) => { event.preventDefault(); void submit(disposition, 'hand') }}>
      <header>
        <h2>{t('wrap.title')}</h2>
        {left !== null ? <span className={left < 15 ? 'tag red num' : 'tag amber num'}>{t('wrap.left', { t: timer(left) })}</span> : <span className={contact.disposition ? 'tag blue' : 'dim small'}>{contact.disposition ? t('wrap.given', { as: word('disposition', contact.disposition) }) : t('wrap.early')}</span>}
      </header>
      <div className="stack">
        {wrapping && unsent<{ description: string }>(`order.${contact.contact_id}`)?.description?.trim() && (
          <p className="banner bad" role="alert" data-unsent>{t('wrap.order_unsent')} <Button size="small" onClick={onOrder}>{t('wrap.to_order')}</Button></p>
        )}
        <Radio.Group aria-label={t('wrap.disposition')} size="small" optionType="button" buttonStyle="solid" value={disposition} data-wrap
          onChange={(event) => write({ ...draft, disposition: String(event.target.value) })}
          options={dispositions.map((value) => ({ value, label: word('disposition', value) }))} />
        <Input.TextArea aria-label={t('wrap.note')} placeholder={t('wrap.note_hint')} value={draft.note} rows={2} maxLength={4000}
          onChange={(event) => write({ ...draft, note: event.target.value })} />
        {disposition === 'callback' && <p className="dim small" role="note">{t('wrap.callback_hint')}</p>}
        <div className="row">
          {orderNo && <span className="dim small">{t('order.opened', { no: orderNo })}</span>}
          <Button className="push" type="primary" htmlType="submit" loading={busy} disabled={!disposition}>{t('wrap.submit')}</Button>
        </div>
      </div>
    </form>
  )
}
