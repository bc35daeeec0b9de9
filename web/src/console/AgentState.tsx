import { Button, Radio, Segmented } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { timer } from '../i18n/formats'
import { chosenState, isAwayByLoss, isWriting, reasonOf, SETTABLE } from '../parts/agentState'
import { Dialog } from '../parts/Dialog'
import { secondsSince, useNow } from '../parts/now'
import type { Agent } from '../state/frames'

interface Props {
  agent: Agent
  disabled: boolean
  onState(state: string): void
  onLeg(leg: string): void
}
const TONE: Record<string, string> = { available: 'green', talking: 'blue', connecting: 'blue', offered: 'amber', wrapping: 'amber', break: 'amber' }

/** What I am doing, since when; and what I may change it to. While there is work in hand the choice is for afterwards. */
export function AgentState({ agent, disabled, onState, onLeg }: Props) {
  const { t, word } = useSpeech()
  const now = useNow()
  const working = !SETTABLE.includes(agent.state)
  const chosen = chosenState(agent)
  const reason = reasonOf(agent)
  const away = (!working && agent.state !== 'available') || (working && isAwayByLoss(agent))
  return (
    <div className="row agent-state" role="group" aria-label={t('state.choose')}>
      <span className={`tag ${TONE[agent.state] ?? ''} state-now`} data-state={agent.state}>
        <span>{isWriting(agent) ? t('chat.under_way') : word('state', agent.state)}{reason ? ` · ${word('break', reason)}` : ''}</span>
        <span className="num">{timer(secondsSince(agent.since, now))}</span>
      </span>
      <span className="dim small after">{working ? t('state.after') : t('state.change')}</span>
      {working && isAwayByLoss(agent) && <span className="tag amber" role="status" title={t('state.lost_title')}>{word('break', 'connection_lost')}</span>}
      <span className="states">
        {SETTABLE.map((state) => (
          <Button key={state} size="small" type={state === 'available' && away ? 'primary' : 'default'} className={state === chosen ? 'chosen' : ''} aria-pressed={state === chosen} disabled={disabled}
            onClick={() => (state !== chosen || state === 'break') && onState(state)}>
            {word('state', state)}
          </Button>
        ))}
      </span>
      {agent.modes.includes('phone') && (
        <Segmented
          size="small"
          aria-label={t('leg.answer')}
          value={agent.leg}
          disabled={disabled || working}
          onChange={(leg) => onLeg(String(leg))}
          options={[
            { value: 'browser', label: t('state.leg_browser'), title: t('state.leg_browser_title') },
            { value: 'phone', label: t('state.leg_phone'), title: t('state.leg_phone_title') },
          ]}
        />
      )}
    </div>
  )
}

interface ReasonProps {
  title: string
  list: string
  values: readonly string[]
  onChoose(value: string): void
  onClose(): void
  children?: ReactNode
}

/** One of a closed list of reasons; a digit chooses. */
export function ReasonModal({ title, list, values, onChoose, onClose, children }: ReasonProps) {
  const { t, word } = useSpeech()
  const [chosen, setChosen] = useState(values[0] ?? '')
  const now = useRef(chosen)
  now.current = chosen
  const choose = useRef(onChoose)
  choose.current = onChoose
  // Also before the dialogue has come into focus: the offer's time runs meanwhile. A button that has the focus keeps its Enter.
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      const onButton = Boolean((event.target as HTMLElement | null)?.closest?.('[role="dialog"] button'))
      const chosenByKey = values[Number(event.key) - 1] ?? (event.key === 'Enter' && !onButton ? now.current : undefined)
      if (!chosenByKey) return
      event.preventDefault()
      choose.current(chosenByKey)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [values])
  return (
    <Dialog title={title} onCancel={onClose} onOk={() => onChoose(chosen)} okText={title} cancelText={t('common.cancel')} width={360}>
      {children}
      <Radio.Group value={chosen} onChange={(event) => setChosen(String(event.target.value))}>
        <div className="stack">
          {values.map((value, place) => (
            <Radio key={value} value={value} autoFocus={place === 0}>
              <kbd>{place + 1}</kbd> {word(list, value)}
            </Radio>
          ))}
        </div>
      </Radio.Group>
    </Dialog>
  )
}
