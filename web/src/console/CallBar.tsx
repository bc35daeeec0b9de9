import { Button } from 'antd'
import { useSpeech } from '../i18n'
import { timer } from '../i18n/formats'
import { useStore } from '../live/store'
import { HelpAsked } from '../parts/HelpAsked'
import { Masked } from '../parts/Masked'
import { secondsSince, useNow } from '../parts/now'
import type { Contact } from '../state/frames'
import type { Desk } from './desk'
import { alarms, colleague, DangerMark, isCall, numberOf, stateWord, titleOf, Waits } from './Lists'

export interface CallActions {
  hold: (() => void) | null
  mute: (() => void) | null
  keypad: (() => void) | null
  transfer: (() => void) | null
  /** Hands over to the colleague who was asked, or goes on alone. */
  complete: (() => void) | null
  cancel: (() => void) | null
  hangUp: (() => void) | null
  help: (() => void) | null
}

interface Props {
  desk: Desk
  contact: Contact
  actions: CallActions
}

/** What can be done with the contact that is open, each with its key. */
export function CallBar({ desk, contact, actions }: Props) {
  const { t, word } = useSpeech()
  const leg = useStore(desk.leg.state)
  const begun = useStore(desk.consulting)[contact.contact_id]
  const asked = contact.consult ?? (begun && { agent_no: null, queue: '', ...begun, state: 'calling' as const })
  const whom = asked && (asked.agent_no ?? word('queue', asked.queue))
  const by = contact.passed_by ?? contact.asked_by
  const now = useNow()
  const buttons: [string, string, (() => void) | null, boolean][] = [
    ['H', contact.state === 'held' ? t('call.unhold') : t('call.hold'), actions.hold, false],
    ['M', leg.muted ? t('call.unmute') : t('call.mute'), actions.mute, false],
    ['K', t('call.keypad'), actions.keypad, false],
    ['T', t('call.transfer'), actions.transfer, false],
    ['Y', t(contact.help && !contact.help.heard_at ? 'call.help_again' : 'call.help'), actions.help, false],
    ['X', t(contact.state === 'connecting' ? 'call.give_up' : !contact.channel ? 'call.finish' : isCall(contact) ? 'call.hang_up' : 'chat.end'), actions.hangUp, true],
  ]
  const usable = buttons.filter(([, , run]) => run)
  return (
    <section className="card call-bar" tabIndex={-1} data-place aria-label={titleOf(contact, { t })}>
      <div className="row">
        <h2>{titleOf(contact, { t })}</h2>
        {numberOf(contact.caller) && titleOf(contact, { t }) !== numberOf(contact.caller) && <span className="num dim"><Masked value={contact.caller?.from} masked={contact.caller?.from_masked} /></span>}
        <span className={contact.state === 'held' ? 'tag amber' : 'tag blue'}>{stateWord(contact, { t, word })}</span>
        <span className="num">{timer(secondsSince(contact.since, now))}</span>
        {!contact.asked_by && <span className={contact.identity === 'verified' ? 'tag green' : 'tag amber'}>{word('identity', contact.identity)}</span>}
        {contact.left_at && <Waits contact={contact} />}
        {contact.kind !== 'contact' && <span className="tag">{by ? t('offer.asked_by', { why: word('reason', contact.passed_by ? 'transfer' : 'consult'), who: colleague(by) }) : word('kind', contact.kind)}</span>}
        {contact.lang && <span className="tag">{word('lang', contact.lang)}</span>}
      </div>
      {contact.danger && <div className="row" role={alarms(contact.danger) ? 'alert' : 'status'}><DangerMark danger={contact.danger} /></div>}
      {contact.asked_by && contact.state !== 'wrapping' && <p className="banner note" role="status" data-asked>{t('call.asked_in', { who: colleague(contact.asked_by) })}</p>}
      {whom && (
        <div className="row" role="status">
          <span className="tag amber" data-consult={asked.state}>{t(asked.state === 'talking' ? 'call.consulting' : 'call.calling_colleague', { who: whom })}</span>
          {actions.complete && <Button type="primary" onClick={actions.complete}>{t('call.complete')} <kbd>J</kbd></Button>}
          {actions.cancel && <Button onClick={actions.cancel}>{t('call.cancel_transfer')} <kbd>U</kbd></Button>}
        </div>
      )}
      {contact.note && by && <p className="words" data-note><span className="dim">{colleague(by)}{t('common.colon')}</span>{contact.note}</p>}
      <HelpAsked help={contact.help} />
      {usable.length > 0 && (
        <div className="row">
          {usable.map(([key, label, run, danger]) => (
            <Button key={key} danger={danger} onClick={run ?? undefined}>
              {label} <kbd>{key}</kbd>
            </Button>
          ))}
          {contact.state === 'connecting' && contact.kind === 'contact' && <span className="dim small">{t('call.give_up_hint')}</span>}
        </div>
      )}
    </section>
  )
}
