import { Input, type InputRef, Radio } from 'antd'
import { useRef, useState } from 'react'
import type { Page, Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { Dialog } from '../parts/Dialog'
import { useDraft } from '../parts/draft'
import { useFetched } from '../parts/fetched'
import { useNow } from '../parts/now'
import type { Contact, Queue } from '../state/frames'
import { alarms, isCall } from './Lists'

/** How often it is read again who is free. */
const READ_MS = 5_000
type Colleague = Schemas['ColleagueShape']
export type Target = { queue: string } | { agent_no: string }

interface Props {
  contact: Contact
  queues: readonly Queue[]
  onTransfer(to: Target, mode: 'cold' | 'warm', note: string): void
  onClose(): void
}

/** Those who serve this kind of contact and are at work, the free ones first. */
export function reachable(colleagues: readonly Colleague[], mode: string, sought: string): Colleague[] {
  const wanted = sought.trim().toLowerCase()
  const free = (each: Colleague) => Number(each.state !== 'available')
  return colleagues
    .filter((each) => each.modes.includes(mode) && each.state !== 'offline' && `${each.agent_no} ${each.name}`.toLowerCase().includes(wanted))
    .sort((a, b) => free(a) - free(b) || (a.agent_no < b.agent_no ? -1 : 1))
}

/** The queues that serve this kind of contact, emergencies last; whoever is in danger stays an emergency unless it is chosen otherwise. */
export function goals(queues: readonly Pick<Queue, 'name' | 'mode'>[], contact: Pick<Contact, 'mode' | 'queue' | 'danger'>): { names: string[]; first: string } {
  const names = queues.filter((each) => each.mode === contact.mode).map((each) => each.name).sort((a, b) => Number(a === 'emergency') - Number(b === 'emergency'))
  const urgent = contact.queue === 'emergency' || alarms(contact.danger)
  return { names, first: urgent && names.includes('emergency') ? 'emergency' : (names[0] ?? '') }
}

/** Hand a contact on: to a queue or a colleague, at once or after asking. Enter sends from wherever one is. */
export function TransferDialog({ contact, queues, onTransfer, onClose }: Props) {
  const { t, word } = useSpeech()
  const [party, setParty] = useState<'queue' | 'agent_no'>('queue')
  const { names, first } = goals(queues, contact)
  const [queue, setQueue] = useState(first)
  const [sought, seek] = useState('')
  const [chosen, choose] = useState('')
  const [note, setNote] = useDraft(`why.${contact.contact_id}`, '')
  const [mode, setMode] = useState<'cold' | 'warm'>('cold')
  const search = useRef<InputRef>(null)
  const list = useFetched<Page<Colleague>>('/api/colleagues', useNow(READ_MS))
  const voice = isCall(contact)
  const people = reachable(list.data?.items ?? [], voice ? 'phone' : 'web', sought)
  const typed = /^\d{3,}$/.test(sought.trim()) ? sought.trim() : ''
  const agentNo = people.some((each) => each.agent_no === chosen) ? chosen : people.length === 1 && sought.trim() ? people[0]!.agent_no : typed
  const value = party === 'queue' ? queue : agentNo
  const send = () => value && onTransfer(party === 'queue' ? { queue } : { agent_no: agentNo }, mode, note.trim())
  return (
    <Dialog title={t('call.transfer')} onCancel={onClose} okText={t('call.transfer')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !value }} onOk={send} width={460}>
      <div className="stack" onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) { event.preventDefault(); send() } }}>
        <Radio.Group value={party} aria-label={t('call.transfer_to')} options={[{ value: 'queue', label: t('call.to_queue') }, { value: 'agent_no', label: t('call.to_colleague') }]}
          onChange={(event) => { setParty(event.target.value); if (event.target.value === 'agent_no') setTimeout(() => search.current?.focus(), 0) }} />
        {party === 'queue' ? (
          <Radio.Group className="choices" aria-label={t('call.to_queue')} value={queue} onChange={(event) => setQueue(event.target.value)}>
            {queues.filter((each) => names.includes(each.name)).sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name)).map((each) => (
              <Radio key={each.name} value={each.name}>{word('queue', each.name)} <span className="dim small num">{t('queues.waiting', { n: each.waiting })} · {t('board.state_agents', { state: word('state', 'available'), n: each.agents.available ?? 0 })}</span></Radio>
            ))}
          </Radio.Group>
        ) : (
          <>
            <label className="field"><span>{t('call.to_agent')}</span><Input ref={search} value={sought} onChange={(event) => seek(event.target.value)} /></label>
            {list.failed && <p className="banner bad" role="alert">{list.failed}</p>}
            {list.data && !people.length && <p className="dim">{t('call.no_colleague')}</p>}
            <Radio.Group className="choices" aria-label={t('call.to_colleague')} value={agentNo} onChange={(event) => choose(event.target.value)}>
              {people.map((each) => (
                <Radio key={each.agent_no} value={each.agent_no}><span className="num">{each.agent_no}</span> {each.name} <span className={each.state === 'available' ? 'tag green' : 'tag'}>{word('state', each.state)}</span></Radio>
              ))}
            </Radio.Group>
          </>
        )}
        <label className="field"><span>{t('call.transfer_why')}</span><Input value={note} maxLength={200} data-why onChange={(event) => setNote(event.target.value)} /></label>
        {voice && (
          <Radio.Group aria-label={t('call.manner')} value={mode} onChange={(event) => setMode(event.target.value)} options={[{ value: 'cold', label: t('call.cold') }, { value: 'warm', label: t('call.warm') }]} />
        )}
      </div>
    </Dialog>
  )
}
