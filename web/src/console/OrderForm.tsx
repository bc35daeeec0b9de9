import { Button, Checkbox, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { api, Refusal, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact } from '../state/frames'
import { numberOf } from './Lists'

const TYPES = ['fault', 'complaint', 'consult', 'service_request', 'suggestion', 'opinion', 'praise', 'tipoff']
const SUBTYPES: Record<string, string[]> = {
  complaint: ['service', 'business', 'outage', 'quality', 'grid'],
  tipoff: ['theft', 'damage', 'conduct'],
  service_request: ['reconnection'],
}
interface Draft {
  type: string
  subtype: string
  urgent: boolean
  description: string
  contact_name: string
  contact_phone: string
  address: string
  about_agent_no: string
  anonymous: boolean
  key: string
}
const empty = (contact: Contact): Draft => ({
  type: 'fault', subtype: '', urgent: contact.queue === 'emergency', description: '', contact_name: contact.caller?.name ?? '',
  contact_phone: contact.caller?.from ?? '', address: String(contact.learned.place_text ?? ''), about_agent_no: '', anonymous: false,
  key: crypto.randomUUID(),
})

interface Wrong {
  /** Null: it is about none of the fields here. */
  field: keyof Draft | null
  why: string
}
const FIELD_OF: Partial<Record<string, keyof Draft>> = { wrong_phone: 'contact_phone', unknown_person: 'about_agent_no' }

/** The field that a refusal is about. */
export function fieldOf(error: unknown): keyof Draft | null {
  if (!(error instanceof Refusal)) return null
  const named = error.fields.find((name): name is keyof Draft => FIELDS.includes(name))
  return FIELD_OF[error.code] ?? named ?? null
}
const FIELDS = ['subtype', 'description', 'contact_name', 'contact_phone', 'address', 'about_agent_no']

/** A new order, filled in from what is known. Sent again after a lost answer it stays one order. */
export function OrderForm({ contact, accountNo, onOpened }: { contact: Contact; accountNo: string | null; onOpened(orderNo: string): void }) {
  const { t, word } = useSpeech()
  const { sentence, say } = useProblem()
  const [draft, write, clear] = useDraft<Draft>(`order.${contact.contact_id}`, empty(contact))
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const put = (change: Partial<Draft>) => {
    if (wrong && (!wrong.field || wrong.field in change)) setWrong(null)
    write({ ...draft, ...change })
  }
  const marked = (field: keyof Draft) => (wrong?.field === field ? ({ status: 'error', 'aria-invalid': true, 'aria-describedby': 'order-wrong' } as const) : {})
  const why = (field: keyof Draft) => wrong?.field === field && <small id="order-wrong" className="wrong" role="alert">{wrong.why}</small>
  const subtypes = SUBTYPES[draft.type] ?? []

  async function submit() {
    setBusy(true)
    const text = (value: string) => (value.trim() ? value.trim() : undefined)
    const body = {
      type: draft.type, subtype: subtypes.includes(draft.subtype) ? draft.subtype : undefined, urgency: draft.urgent ? 'urgent' : 'normal',
      description: draft.description.trim(), contact_id: contact.contact_id.startsWith('order:') ? undefined : contact.contact_id,
      account_no: accountNo ?? undefined, contact_name: draft.anonymous ? undefined : text(draft.contact_name), contact_phone: text(draft.contact_phone),
      address: text(draft.address), about_agent_no: draft.type === 'complaint' ? text(draft.about_agent_no) : undefined, anonymous: draft.anonymous,
    }
    try {
      const order = await api.post<Schemas['OrderShape']>('/api/work-orders', body, draft.key)
      clear()
      setWrong(null)
      say(t('order.opened', { no: order.order_no }))
      onOpened(order.order_no)
    } catch (error) {
      const field = fieldOf(error)
      setWrong({ field, why: field === 'contact_phone' ? t('error.wrong_phone') : sentence(error) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="card stack" aria-label={t('order.new')} onSubmit={(event) => { event.preventDefault(); void submit() }}
      onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && draft.description.trim() && !busy) void submit() }}>
      <h2>{t('order.new')}</h2>
      <div className="pair">
        <label className="field"><span>{t('order.type')}</span>
          <Select aria-label={t('order.type')} value={draft.type} onChange={(type) => put({ type, subtype: '', anonymous: false })} options={TYPES.map((type) => ({ value: type, label: word('type', type) }))} />
        </label>
        {subtypes.length > 0 && (
          <label className="field"><span>{t('order.subtype')}</span>
            <Select aria-label={t('order.subtype')} allowClear value={draft.subtype || null} onChange={(subtype) => put({ subtype: subtype ?? '' })} options={subtypes.map((each) => ({ value: each, label: word('subtype', each) }))} />
          </label>
        )}
      </div>
      <Radio.Group aria-label={t('order.urgency')} value={draft.urgent} onChange={(event) => put({ urgent: Boolean(event.target.value) })}
        options={[{ value: false, label: word('urgency', 'normal') }, { value: true, label: word('urgency', 'urgent') }]} />
      <label className="field"><span>{t('order.description')}</span>
        <Input.TextArea data-order {...marked('description')} value={draft.description} rows={3} maxLength={4000} onChange={(event) => put({ description: event.target.value })} />
        {why('description') || <small className="dim">{t('order.description_hint')}</small>}
      </label>
      {draft.type === 'tipoff' && <Checkbox checked={draft.anonymous} onChange={(event) => put({ anonymous: event.target.checked })}>{t('order.anonymous')}</Checkbox>}
      <div className="pair">
        {!draft.anonymous && <label className="field"><span>{t('order.contact_name')}</span><Input {...marked('contact_name')} value={draft.contact_name} maxLength={128} onChange={(event) => put({ contact_name: event.target.value })} />{why('contact_name')}</label>}
        <label className="field"><span>{t('order.contact_phone')}</span><Input {...marked('contact_phone')} value={draft.contact_phone} placeholder={numberOf(contact.caller) ? t('order.phone_same') : ''} maxLength={32} onChange={(event) => put({ contact_phone: event.target.value })} />{why('contact_phone')}</label>
      </div>
      <label className="field"><span>{t('order.address')}</span><Input {...marked('address')} value={draft.address} placeholder={accountNo ? `${t('order.account_no')} ${accountNo}` : ''} maxLength={512} onChange={(event) => put({ address: event.target.value })} />{why('address')}</label>
      {draft.type === 'complaint' && <label className="field"><span>{t('order.about_agent')}</span><Input {...marked('about_agent_no')} value={draft.about_agent_no} maxLength={64} onChange={(event) => put({ about_agent_no: event.target.value })} />{why('about_agent_no')}</label>}
      {wrong && (!wrong.field || wrong.field === 'subtype') && <p className="banner bad" role="alert">{wrong.why}</p>}
      <div className="row"><Button className="push" type="primary" htmlType="submit" loading={busy} disabled={!draft.description.trim()}>{t('order.submit')} <kbd>Ctrl+↵</kbd></Button></div>
    </form>
  )
}
