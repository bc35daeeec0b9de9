import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n'
import { useProblem } from '../parts/problem'
import type { Contact, Snapshot } from '../state/frames'
import { ReasonModal } from './AgentState'
import type { Desk } from './desk'
import { DialDialog, EndDialog, KeypadDialog, KeysDialog } from './Dialogs'
import type { KeyAction } from './keys'
import { TimeLeft } from './OfferCard'
import { focusPlace } from './place'
import { withoutCrew } from './sending'
import { SummaryDialog } from './Summary'
import { TransferDialog } from './TransferDialog'

/** The dialogue that is open: by name, or a question about an offer or a contact by its id. */
export type Asked = 'transfer' | 'dial' | 'keypad' | 'keys' | 'summary' | 'break' | { decline: string } | { end: string } | null

const HOLDS_NO_WORK: readonly Asked[] = ['break', 'keys', 'dial']

/** A question goes with what it is about, and what rings comes before a dialogue that holds no work. */
export function useAsked(shown: Snapshot | null, ringing: string | undefined) {
  const [asked, ask] = useState<Asked>(null)
  useEffect(() => {
    if (ringing) ask((now) => (HOLDS_NO_WORK.includes(now) ? null : now))
  }, [ringing])
  const about = asked && typeof asked === 'object' ? asked : null
  const declined = about && 'decline' in about ? shown?.offers.find((each) => each.offer_id === about.decline) : undefined
  const ending = about && 'end' in about ? shown?.contacts.find((each) => each.contact_id === about.end && each.state !== 'wrapping') : undefined
  useEffect(() => {
    if (about && !declined && !ending) ask(null)
  }, [about, declined, ending])
  return { asked, ask, declined, ending }
}

interface Props extends ReturnType<typeof useAsked> {
  desk: Desk
  shown: Snapshot
  agentNo: string
  contact: Contact | null
  shortcuts: readonly KeyAction[]
  onDial(fields: Record<string, unknown>): void
}

export function ConsoleDialogs({ asked, ask, declined, ending, desk, shown, agentNo, contact, shortcuts, onDial }: Props) {
  const { t, word } = useSpeech()
  const { tell } = useProblem()
  const close = () => ask(null)
  const pastIt = (asked === 'keypad' && contact?.state !== 'talking') || (asked === 'transfer' && (!contact || contact.state === 'wrapping'))
  useEffect(() => {
    if (pastIt) close()
  }, [pastIt])
  const closing = (type: string, fields: Record<string, unknown>) => {
    close()
    desk.command(type, fields).catch(tell)
  }
  if (declined)
    return (
      <ReasonModal title={t('offer.decline')} list="decline" values={shown.decline_reasons} onClose={close} onChoose={(reason) => closing('decline', { offer_id: declined.offer_id, reason })}>
        <TimeLeft until={declined.expires_at} />
      </ReasonModal>
    )
  if (ending) {
    const unsent = withoutCrew(ending, shown.orders).find((order) => !order.crew_asked)?.order_no ?? null
    return <EndDialog contact={ending} unsent={unsent} onClose={close} onEnd={() => closing('hang_up', { contact_id: ending.contact_id })} />
  }
  if (asked === 'transfer' && contact)
    return (
      <TransferDialog contact={contact} queues={shown.queues} onClose={close}
        onTransfer={(to, mode, note) => { close(); desk.transfer(contact.contact_id, to, mode, note).catch(tell) }} />
    )
  if (asked === 'dial') return <DialDialog onClose={close} onDial={(to) => onDial({ to })} />
  if (asked === 'keypad') return <KeypadDialog onClose={() => { close(); focusPlace() }} onKey={(key) => contact && desk.press(contact, key).catch(tell)} />
  if (asked === 'keys') return <KeysDialog actions={shortcuts} onClose={close} />
  if (asked === 'summary') return <SummaryDialog agentNo={agentNo} onClose={close} />
  if (asked === 'break')
    return <ReasonModal title={word('state', 'break')} list="break" values={shown.break_reasons} onClose={close} onChoose={(reason) => closing('set_state', { state: 'break', reason })} />
  return null
}
