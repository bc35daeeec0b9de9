import { Button, Input } from 'antd'
import { useState } from 'react'
import { useSpeech } from '../i18n'
import { Dialog } from '../parts/Dialog'
import type { Contact } from '../state/frames'
import type { KeyAction } from './keys'
import { isCall, titleOf } from './Lists'

export function DialDialog({ onDial, onClose }: { onDial(to: string): void; onClose(): void }) {
  const { t } = useSpeech()
  const [to, setTo] = useState('')
  const good = /^\+?[0-9][0-9 ()-]{2,31}$/.test(to.trim())
  return (
    <Dialog title={t('call.dial')} onCancel={onClose} okText={t('call.dial')} cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !good }} onOk={() => onDial(to.trim())} width={380}>
      <label className="field"><span>{t('call.number')}</span>
        <Input autoFocus inputMode="tel" placeholder={t('call.dial_placeholder')} value={to} onChange={(event) => setTo(event.target.value)}
          onPressEnter={() => good && onDial(to.trim())} />
      </label>
    </Dialog>
  )
}

interface EndProps {
  contact: Contact
  /** Danger that nobody was sent to. */
  unsent: string | null
  onEnd(): void
  onClose(): void
}

/** Whether a contact is to end whose customer is still there: who writes, or waits on hold. */
export function EndDialog({ contact, unsent, onEnd, onClose }: EndProps) {
  const { t } = useSpeech()
  const call = isCall(contact)
  const who = titleOf(contact, { t })
  return (
    <Dialog title={call ? t('call.end_sure', { who }) : t('chat.end_sure', { who })} onCancel={onClose} okText={t(call ? 'call.hang_up' : 'chat.end')} cancelText={t('common.cancel')} okButtonProps={{ danger: true, autoFocus: true }} onOk={onEnd} width={380}>
      {unsent && <p className="wrong">{t('danger.no_crew', { no: unsent })}</p>}
      <p>{t(call ? 'call.end_hint' : 'chat.end_hint')}</p>
    </Dialog>
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
    <Dialog title={t('call.keypad')} onCancel={onClose} footer={null} width={280}>
      <div onKeyDown={(event) => KEYS.includes(event.key) && press(event.key)}>
        <output className="num keypad-shown" aria-label={t('call.keys_sent')}>{pressed || <span className="dim small">{t('call.keys_sent')}{t('common.colon')}—</span>}</output>
        <div className="keypad">
          {KEYS.map((key, place) => (
            <Button key={key} size="large" autoFocus={place === 0} onClick={() => press(key)}>{key}</Button>
          ))}
        </div>
      </div>
    </Dialog>
  )
}

export function KeysDialog({ actions, onClose }: { actions: readonly KeyAction[]; onClose(): void }) {
  const { t } = useSpeech()
  return (
    <Dialog title={t('keys.title')} onCancel={onClose} footer={null} width={480}>
      <dl className="facts keys-list">
        {actions.map((action) => (
          <div key={action.key} className="row">
            <dt><kbd>{action.key.toUpperCase()}</kbd></dt>
            <dd>{t(action.label)}</dd>
          </div>
        ))}
      </dl>
      <p className="dim small">{t('keys.hint')}</p>
    </Dialog>
  )
}
