import { Button, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { useSpeech } from '../i18n'
import type { Queue } from '../state/frames'
import type { KeyAction } from './keys'

interface TransferProps {
  queues: readonly Queue[]
  mayConsult: boolean
  onTransfer(to: Record<string, string>, mode: 'cold' | 'warm'): void
  onClose(): void
}

export function TransferDialog({ queues, mayConsult, onTransfer, onClose }: TransferProps) {
  const { t, word } = useSpeech()
  const [party, setParty] = useState<'queue' | 'agent_no'>('queue')
  const names = queues.filter((queue) => queue.mode !== 'field').map((queue) => queue.name).sort((a, b) => Number(a === 'emergency') - Number(b === 'emergency'))
  const [queue, setQueue] = useState(names[0] ?? '')
  const [agentNo, setAgentNo] = useState('')
  const [mode, setMode] = useState<'cold' | 'warm'>('cold')
  const value = party === 'queue' ? queue : agentNo.trim()
  return (
    <Modal open title={t('call.transfer')} onCancel={onClose} okText={t('call.transfer')} cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !value }} onOk={() => onTransfer({ [party]: value }, mode)} width={420}>
      <div className="stack">
        <Radio.Group value={party} onChange={(event) => setParty(event.target.value)} options={[
          { value: 'queue', label: t('call.to_queue') }, { value: 'agent_no', label: t('call.to_agent') },
        ]} />
        {party === 'queue' ? (
          <label className="field"><span>{t('call.to_queue')}</span>
            <Select aria-label={t('call.to_queue')} value={queue} onChange={setQueue} options={names.map((name) => ({ value: name, label: word('queue', name) }))} />
          </label>
        ) : (
          <label className="field"><span>{t('call.to_agent')}</span>
            <Input autoFocus inputMode="numeric" value={agentNo} onChange={(event) => setAgentNo(event.target.value)} />
          </label>
        )}
        {mayConsult && (
          <Radio.Group value={mode} onChange={(event) => setMode(event.target.value)} options={[
            { value: 'cold', label: t('call.cold') }, { value: 'warm', label: t('call.warm') },
          ]} />
        )}
      </div>
    </Modal>
  )
}

export function DialDialog({ onDial, onClose }: { onDial(to: string): void; onClose(): void }) {
  const { t } = useSpeech()
  const [to, setTo] = useState('')
  const good = /^\+?[0-9][0-9 ()-]{2,31}$/.test(to.trim())
  return (
    <Modal open title={t('call.dial')} onCancel={onClose} okText={t('call.dial')} cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !good }} onOk={() => onDial(to.trim())} width={380}>
      <label className="field"><span>{t('call.number')}</span>
        <Input autoFocus inputMode="tel" placeholder={t('call.dial_placeholder')} value={to} onChange={(event) => setTo(event.target.value)}
          onPressEnter={() => good && onDial(to.trim())} />
      </label>
    </Modal>
  )
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

export function KeypadDialog({ onKey, onClose }: { onKey(key: string): void; onClose(): void }) {
  const { t } = useSpeech()
  const [pressed, setPressed] = useState('')
  const press = (key: string) => {
    setPressed((before) => before + key)
    onKey(key)
  }
  return (
    <Modal open title={t('call.keypad')} onCancel={onClose} footer={null} width={280}>
      <div onKeyDown={(event) => KEYS.includes(event.key) && press(event.key)}>
        <output className="num keypad-shown">{pressed}</output>
        <div className="keypad">
          {KEYS.map((key, place) => (
            <Button key={key} size="large" autoFocus={place === 0} onClick={() => press(key)}>{key}</Button>
          ))}
        </div>
      </div>
    </Modal>
  )
}

export function KeysDialog({ actions, onClose }: { actions: readonly KeyAction[]; onClose(): void }) {
  const { t } = useSpeech()
  return (
    <Modal open title={t('keys.title')} onCancel={onClose} footer={null} width={480}>
      <dl className="facts keys-list">
        {actions.map((action) => (
          <div key={action.key} className="row">
            <dt><kbd>{action.key.toUpperCase()}</kbd></dt>
            <dd>{t(action.label)}</dd>
          </div>
        ))}
      </dl>
      <p className="dim small">{t('keys.hint')}</p>
    </Modal>
  )
}
