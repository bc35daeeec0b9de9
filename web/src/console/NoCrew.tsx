import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Order } from '../state/frames'
import { isPlaced, isSendable, sendToCrew } from './sending'

interface Props {
  order: Order
  disabled: boolean
  onOpen: (() => void) | null
}

/** Danger to which nobody goes yet: the line stays until a crew has the order, red until one is being looked for. */
export function NoCrew({ order, disabled, onOpen }: Props) {
  const { t } = useSpeech()
  const no = order.order_no
  if (order.crew_asked) return <p className="banner no-crew" role="status" data-no-crew="asked">{t('danger.crew_asked', { no })}</p>
  return (
    <SendOut order={order} disabled={disabled} words={t('danger.no_crew', { no })}>
      {onOpen && <Button size="small" onClick={onOpen}>{t('danger.open')}</Button>}
    </SendOut>
  )
}

interface SendProps {
  order: Schemas['OrderShape']
  disabled?: boolean
  /** What is wrong. */
  words: string
  /** It waits to be heard: whoever sends it out has heard it. */
  heard?: boolean
  onSent?(): void
  children?: ReactNode
}

/** Has a crew asked; where no place is known it asks for one first. */
export function SendOut({ order, disabled = false, words, heard = false, onSent, children }: SendProps) {
  const { t } = useSpeech()
  const { tell, say } = useProblem()
  const [place, setPlace, clear] = useDraft(`place.${order.order_no}`, '')
  const [busy, setBusy] = useState(false)
  const no = order.order_no
  const placed = isPlaced(order)
  const sendable = isSendable(heard ? { ...order, to_listen: false } : order)

  async function send() {
    setBusy(true)
    try {
      await sendToCrew(no, place, heard)
      clear()
      say(t('order.sent', { no }))
      onSent?.()
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="banner bad no-crew" data-no-crew="unsent" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <span role="alert">{words}</span>
      {children}
      {!placed && <Input aria-label={t('danger.place')} placeholder={t('danger.place')} value={place} maxLength={500} onChange={(event) => setPlace(event.target.value)} />}
      {sendable && <Button type="primary" danger htmlType="submit" loading={busy} disabled={disabled || (heard && !placed && !place.trim())}>{t('order.send')}</Button>}
    </form>
  )
}
