import { App, Button } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { today } from '../i18n/formats'
import { useStore } from '../live/store'
import { chosenState } from '../parts/agentState'
import { useProblem } from '../parts/problem'
import { session } from '../shell/session'
import { TopBar } from '../shell/TopBar'
import { AgentState, ReasonModal } from './AgentState'
import { startRinging, stopRinging, wakeSoundOnFirstGesture } from './alerts'
import { actionsFor } from './actions'
import './console.css'
import { Desk } from './desk'
import { DialDialog, EndDialog, KeypadDialog, KeysDialog } from './Dialogs'
import { HandedOver } from './HandedOver'
import { useKeys } from './keys'
import { ContactList, firstFirst, isCall, numberOf, QueueList, titleOf } from './Lists'
import { OfferCard, TimeLeft } from './OfferCard'
import { useRunOut } from './runOut'
import { withoutCrew } from './sending'
import { SummaryDialog } from './Summary'
import { ContactTable } from './Today'
import { TransferDialog } from './TransferDialog'
import type { Contact } from '../state/frames'
import { useUnread } from './unread'
import { Workspace, type WorkspaceHandle } from './Workspace'

type Dialog = 'transfer' | 'dial' | 'keypad' | 'keys' | 'summary' | 'break' | { decline: string } | { end: string } | null

export default function ConsolePage() {
  const { viewer, ended } = useStore(session)
  const { t, word } = useSpeech()
  const { message } = App.useApp()
  const { tell, say } = useProblem()
  const hooks = useRef({ tell, ended: (_: string) => undefined as void, over: (_: Contact, __: string) => undefined as void })
  hooks.current = {
    tell,
    ended: (reason) => {
      if (reason === 'expired') void message.warning(t('offer.missed'))
      if (reason === 'rescinded') void message.info(t('offer.rescinded'))
      if (reason === 'failed') void message.error(t('offer.failed'))
    },
    // A call that reached nobody is told until it is read; one that was talked in, or given up, needs no word.
    over: (contact, reason) => {
      if (reason === 'reached' || reason === 'given_up') return
      void message.warning({ content: t('call.not_reached', { who: titleOf(contact, { t }), why: word('gone', reason) }), duration: 10 })
    },
  }
  const desk = useMemo(() => new Desk({ ended: (reason) => hooks.current.ended(reason), over: (...gone) => hooks.current.over(...gone), problem: (error) => hooks.current.tell(error) }), [])
  useEffect(() => {
    if (ended) return
    wakeSoundOnFirstGesture()
    desk.start(Boolean(viewer?.modes.includes('phone')))
    return () => desk.stop()
  }, [desk, ended])

  const shown = useStore(desk.shown)
  const status = useStore(desk.status)
  const active = useStore(desk.tab.active)
  const consulting = useStore(desk.consulting)
  const leg = useStore(desk.leg.state)
  const [chosen, choose] = useState<string | null>(() => sessionStorage.getItem('hotline.chosen'))
  const [dialog, setDialog] = useState<Dialog>(null)
  const [day, setDay] = useState(false)
  const workspace = useRef<WorkspaceHandle>(null)
  const contacts = shown?.contacts ?? []
  const opened = day ? null : (contacts.find((each) => each.contact_id === chosen) ?? contacts[0] ?? null)
  const { over, leave, finish } = useRunOut(opened, contacts)
  const contact = over ? null : opened
  const unread = useUnread(contacts, contact?.contact_id ?? null)
  const offers = firstFirst(shown?.offers ?? [])
  const offer = offers[0] ?? null
  const urgent = Boolean(shown?.offers.some((each) => each.queue === 'emergency' || each.danger))

  useEffect(() => {
    if (!offer || !active) return stopRinging()
    const who = offer.caller?.name ?? numberOf(offer.caller)
    startRinging(t('offer.title'), `${word('queue', offer.queue)} ${who} ${word('reason', offer.reason)}`, urgent)
    return stopRinging
  }, [offer?.offer_id, active, urgent])
  // What rings comes first: a dialogue that holds no work makes room.
  useEffect(() => {
    setDialog((now) => (offer && ['break', 'keys', 'dial'].includes(String(now)) ? null : now))
  }, [offer?.offer_id])
  const asked = dialog && typeof dialog === 'object' ? dialog : null
  const declined = asked && 'decline' in asked ? shown?.offers.find((each) => each.offer_id === asked.decline) : undefined
  const ending = asked && 'end' in asked ? contacts.find((each) => each.contact_id === asked.end && each.state !== 'wrapping') : undefined
  // A question goes with what it is about.
  useEffect(() => {
    if (asked && !declined && !ending) setDialog(null)
  }, [asked, declined, ending])
  useEffect(() => {
    if (chosen) sessionStorage.setItem('hotline.chosen', chosen)
  }, [chosen])

  const send = (type: string, fields: Record<string, unknown> = {}) => desk.command(type, fields).catch(tell)
  const open = (contactId: string) => {
    leave()
    choose(contactId)
    setDay(false)
  }
  const accept = async () => {
    if (!offer) return
    try {
      await desk.connecting('accept', { offer_id: offer.offer_id }, offer.contact_id)
      open(offer.contact_id)
    } catch (error) {
      tell(error)
    }
  }
  const dial = async (fields: Record<string, unknown>) => {
    setDialog(null)
    try {
      const answer = await desk.connecting('dial', fields)
      if (answer.contact_id) open(String(answer.contact_id))
    } catch (error) {
      tell(error)
    }
  }
  const usable = active && status === 'open'
  const setState = (state: string) => {
    if (state === 'break') setDialog('break')
    else if (!shown?.agent || chosenState(shown.agent) !== state) void send('set_state', { state })
  }
  const step = (by: number) => {
    const place = contacts.findIndex((each) => each.contact_id === contact?.contact_id)
    const next = contacts[(place + by + contacts.length) % contacts.length]
    if (next) open(next.contact_id)
  }
  const actions = actionsFor({
    desk, contact, usable, consulting: Boolean(contact && (contact.consult || contact.contact_id in consulting)), legStands: Boolean(leg.call),
    tell, onTransfer: () => setDialog('transfer'), onEnd: (contactId) => setDialog({ end: contactId }), onKeypad: () => setDialog('keypad'), onHelped: () => say(t('call.help_sent')),
  })
  const mayDial = usable && Boolean(viewer?.modes.includes('phone')) && !contacts.some(isCall)
  const focus = (selector: string) => setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 50)
  const tab = (name: string, selector: string) => () => {
    workspace.current?.show(name)
    focus(selector)
  }
  const keys = [
    { key: 'a', label: 'keys.accept', run: usable && offer ? () => void accept() : null },
    { key: 'd', label: 'keys.decline', run: usable && offer ? () => setDialog({ decline: offer.offer_id }) : null },
    { key: 'h', label: 'keys.hold', run: actions.hold },
    { key: 'm', label: 'keys.mute', run: actions.mute },
    { key: 'k', label: 'keys.keypad', run: actions.keypad },
    { key: 't', label: 'keys.transfer', run: actions.transfer },
    { key: 'x', label: 'keys.hang_up', run: actions.hangUp },
    { key: 'y', label: 'keys.help', run: actions.help },
    { key: 'n', label: 'keys.dial', run: mayDial ? () => setDialog('dial') : null },
    { key: 'p', label: 'keys.phrases', run: contact?.channel && !isCall(contact) ? () => document.querySelector<HTMLElement>('[data-phrases]')?.click() : null },
    { key: 'c', label: 'keys.say', run: contact ? () => document.querySelector<HTMLElement>('[data-say]')?.focus() : null },
    { key: 'e', label: 'keys.verify', run: contact ? tab('customer', '[data-verify] input') : null },
    { key: 'o', label: 'keys.order', run: contact ? tab('orders', '[data-order]') : null },
    { key: 'w', label: 'keys.wrap', run: contact ? () => focus('[data-wrap] input') : null },
    { key: ']', label: 'keys.next', run: contacts.length ? () => step(1) : null },
    { key: '[', label: 'keys.previous', run: contacts.length ? () => step(-1) : null },
    { key: 'v', label: 'keys.today', run: () => setDay(!day) },
    { key: 's', label: 'keys.summary', run: () => setDialog('summary') },
    { key: 'r', label: 'keys.available', run: usable ? () => setState('available') : null },
    { key: 'b', label: 'keys.break', run: usable ? () => setState('break') : null },
    { key: 'g', label: 'keys.training', run: usable ? () => setState('training') : null },
    { key: 'f', label: 'keys.offline', run: usable ? () => setState('offline') : null },
    { key: '?', label: 'keys.keys', run: () => setDialog('keys') },
  ] as const
  useKeys(keys)
  if (!viewer) return null

  const agent = shown?.agent
  const close = () => setDialog(null)
  return (
    <>
      <TopBar page="console" viewer={viewer} end={<AlertsButton />} unfinished={contacts.length ? t('menu.unfinished', { n: contacts.length }) : null}>
        {agent && <AgentState agent={agent} disabled={!usable} onState={setState} onLeg={(to) => void send('set_state', { state: agent.state, leg: to })} />}
      </TopBar>
      {status === 'lost' && (
        <div className="banner" role="alert">{t('net.lost')} <Button size="small" onClick={() => desk.reconnect()}>{t('net.now')}</Button></div>
      )}
      {status === 'replaced' && (
        <div className="banner note" role="status">{t('tab.other')} <Button size="small" onClick={() => desk.takeHere()}>{t('tab.take')}</Button></div>
      )}
      {shown?.announcements.map((each) => <div key={each.announcement_id} className="banner note" role="status">{each.text}</div>)}
      {!shown ? <main className="center">{status === 'replaced' ? '' : t('net.loading')}</main> : (
        <main className={status === 'lost' || status === 'replaced' ? 'console stale' : 'console'}>
          <div className="stack lists">
            <div aria-live="assertive" className="stack">
              {offers.map((each) => (
                <OfferCard key={each.offer_id} offer={each} order={shown.orders.find((order) => order.order_no === each.order_no)} disabled={!usable}
                  onAccept={() => void accept()} onDecline={() => setDialog({ decline: each.offer_id })} />
              ))}
            </div>
            <section className="card" aria-label={t('contacts.title')}><h2>{t('contacts.title')}</h2>
              <ContactList contacts={contacts} chosen={contact?.contact_id ?? null} unread={unread} onChoose={open} />
            </section>
            <HandedOver />
            <section className="card" aria-label={t('queues.title')}><h2>{t('queues.title')}</h2><QueueList queues={shown.queues} /></section>
            <div className="row">
              {contacts.length > 0 && <Button onClick={() => setDay(!day)}>{t('today.title')} <kbd>V</kbd></Button>}
              {mayDial && <Button onClick={() => setDialog('dial')}>{t('call.dial')} <kbd>N</kbd></Button>}
              <Button onClick={() => setDialog('summary')}>{t('summary.title')} <kbd>S</kbd></Button>
              <Button onClick={() => setDialog('keys')}>{t('menu.shortcuts')} <kbd>?</kbd></Button>
            </div>
          </div>
          {contact ? (
            <Workspace key={contact.contact_id} ref={workspace} desk={desk} shown={shown} contact={contact} actions={actions} usable={usable} onDial={mayDial ? (fields) => void dial(fields) : null}
              onFinished={(by) => finish(contact.contact_id, by)} />
          ) : over && !day ? (
            <section className="card stack" aria-label={t('wrap.over')} data-over={over.contact.contact_id}><h2>{t('wrap.over')}</h2>
              <p role="status">{t(over.kept ? 'wrap.over_kept' : 'wrap.over_none', { who: titleOf(over.contact, { t }) })}</p>
              <p className="dim">{t('wrap.go_on')}</p>
            </section>
          ) : (
            <section className="card" aria-label={t('today.title')}><h2>{t('today.title')}</h2>
              <ContactTable address={`/api/contacts?${new URLSearchParams({ agent_no: viewer.agent_no, date: today(), limit: '100' })}`} stamp={contacts.map((each) => `${each.contact_id} ${each.state}`).join()}
                onDial={mayDial ? (contact_id) => void dial({ contact_id }) : null} />
            </section>
          )}
        </main>
      )}
      {dialog === 'transfer' && contact && shown && (
        <TransferDialog contact={contact} queues={shown.queues} onClose={close}
          onTransfer={(to, mode) => { close(); desk.transfer(contact.contact_id, to, mode).catch(tell) }} />
      )}
      {dialog === 'dial' && <DialDialog onClose={close} onDial={(to) => void dial({ to })} />}
      {dialog === 'keypad' && <KeypadDialog onClose={close} onKey={(key) => contact && desk.press(contact, key).catch(tell)} />}
      {dialog === 'keys' && <KeysDialog actions={keys} onClose={close} />}
      {dialog === 'summary' && <SummaryDialog agentNo={viewer.agent_no} onClose={close} />}
      {dialog === 'break' && shown && <ReasonModal title={word('state', 'break')} list="break" values={shown.break_reasons} onClose={close} onChoose={(reason) => { close(); void send('set_state', { state: 'break', reason }) }} />}
      {declined && shown && (
        <ReasonModal title={t('offer.decline')} list="decline" values={shown.decline_reasons} onClose={close} onChoose={(reason) => { close(); void send('decline', { offer_id: declined.offer_id, reason }) }}>
          <TimeLeft until={declined.expires_at} />
        </ReasonModal>
      )}
      {ending && <EndDialog contact={ending} unsent={withoutCrew(ending, shown?.orders ?? []).find((order) => !order.crew_asked)?.order_no ?? null} onClose={close} onEnd={() => { close(); void send('hang_up', { contact_id: ending.contact_id }) }} />}
    </>
  )
}

function AlertsButton() {
  const { t } = useSpeech()
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'))
  if (permission === 'granted' || !('Notification' in window)) return null
  if (permission === 'denied') return null
  return <Button size="small" onClick={() => void Notification.requestPermission().then(setPermission)}>{t('alerts.ask')}</Button>
}
