import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { clockTime, today } from '../i18n/formats'
import { useStore } from '../live/store'
import { chosenState, isAwayByMissing } from '../parts/agentState'
import { Anew } from '../parts/fetched'
import { useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import { useRinging } from '../parts/ringing'
import { session } from '../shell/session'
import { TopBar } from '../shell/TopBar'
import { actionsFor } from './actions'
import { AgentState } from './AgentState'
import { AgreedCalls } from './AgreedCalls'
import { AlertsButton } from './AlertsButton'
import './console.css'
import { ConsoleDialogs, useAsked } from './ConsoleDialogs'
import { HandedOver } from './HandedOver'
import { useKeys } from './keys'
import { alarms, ContactList, firstFirst, isCall, numberOf, QueueList, titleOf } from './Lists'
import { OfferCard } from './OfferCard'
import { usePlace } from './place'
import { useRunOut } from './runOut'
import { shortcutsFor } from './shortcuts'
import { ContactTable } from './Today'
import { useUnread } from './unread'
import { useDesk } from './useDesk'
import { Workspace, type WorkspaceHandle } from './Workspace'

const CHOSEN = 'hotline.chosen'
/** How often the day's list is read again: what was passed on goes on elsewhere. */
const LIST_MS = 15_000

export default function ConsolePage() {
  const { viewer, ended: loggedOut } = useStore(session)
  const { t, word, lang } = useSpeech()
  const { tell, say } = useProblem()
  const { desk, shown, status, active, consulting, leg, missed, seen } = useDesk(viewer, loggedOut)
  const [chosen, choose] = useState<string | null>(() => sessionStorage.getItem(CHOSEN))
  const [day, setDay] = useState(false)
  const workspace = useRef<WorkspaceHandle>(null)
  const contacts = shown?.contacts ?? []
  const opened = day ? null : (contacts.find((each) => each.contact_id === chosen) ?? contacts[0] ?? null)
  const { over, leave, finish } = useRunOut(opened, contacts)
  const contact = over ? null : opened
  const listedAt = useNow(LIST_MS)
  const listed = `${listedAt} ${contacts.map((each) => `${each.contact_id} ${each.state}`).join()}`
  const unread = useUnread(contacts, contact?.contact_id ?? null)
  const offers = firstFirst(shown?.offers ?? [])
  const offer = offers[0] ?? null
  const question = useAsked(shown, offer?.offer_id)
  const { ask } = question
  usePlace(contact?.contact_id ?? null)
  useRinging(active && offer ? {
    id: offer.offer_id, urgent: offers.some((each) => each.queue === 'emergency' || alarms(each.danger)),
    detail: `${word('queue', offer.queue)} ${offer.caller?.name ?? numberOf(offer.caller)} ${word('reason', offer.reason)}`,
  } : null)
  useEffect(() => {
    if (chosen) sessionStorage.setItem(CHOSEN, chosen)
  }, [chosen])

  const open = (contactId: string) => {
    leave()
    choose(contactId)
    setDay(false)
  }
  const accept = async () => {
    if (!offer) return
    try {
      await desk.connecting('accept', { offer_id: offer.offer_id }, offer.contact_id)
      seen()
      ask(null)
      open(offer.contact_id)
    } catch (error) {
      tell(error)
    }
  }
  const dial = async (fields: Record<string, unknown>) => {
    ask(null)
    try {
      const answer = await desk.connecting('dial', fields)
      if (answer.contact_id) open(String(answer.contact_id))
    } catch (error) {
      tell(error)
    }
  }
  const become = (fields: Record<string, unknown>) => void desk.command('set_state', fields).catch(tell)
  const setState = (state: string) => {
    if (state === 'break') ask('break')
    else if (!shown?.agent || chosenState(shown.agent) !== state) become({ state })
  }
  const step = (by: number) => {
    const place = contacts.findIndex((each) => each.contact_id === contact?.contact_id)
    const next = contacts[(place + by + contacts.length) % contacts.length]
    if (next) open(next.contact_id)
  }
  const focus = (selector: string) => setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 50)
  const usable = active && status === 'open'
  const mayDial = usable && Boolean(viewer?.modes.includes('phone')) && !contacts.some(isCall)
  const actions = actionsFor({
    desk, contact, usable, consulting: Boolean(contact && (contact.consult || contact.contact_id in consulting)), legStands: Boolean(leg.call),
    tell, onTransfer: () => ask('transfer'), onEnd: (contactId) => ask({ end: contactId }), onKeypad: () => ask('keypad'), onHelped: () => say(t('call.help_sent')),
  })
  const shortcuts = shortcutsFor({
    accept: usable && offer ? () => void accept() : null,
    decline: usable && offer ? () => ask({ decline: offer.offer_id }) : null,
    dial: mayDial ? () => ask('dial') : null,
    setState: usable ? setState : null,
    actions, open: Boolean(contact), written: Boolean(contact?.channel && !isCall(contact)), step: contacts.length ? step : null,
    tab: (name, selector) => {
      workspace.current?.show(name)
      focus(selector)
    },
    focus, toggleDay: () => setDay(!day), showSummary: () => ask('summary'), showKeys: () => ask('keys'),
  })
  useKeys(active && status !== 'replaced' ? shortcuts : [])
  if (!viewer) return null

  const agent = shown?.agent
  return (
    <>
      <TopBar page="console" viewer={viewer} end={<AlertsButton />} unfinished={contacts.length ? t('menu.unfinished', { n: contacts.length }) : null}>
        {agent && <AgentState agent={agent} disabled={!usable} onState={setState} onLeg={(to) => become({ state: agent.state, leg: to })} />}
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
                  onAccept={() => void accept()} onDecline={() => ask({ decline: each.offer_id })} />
              ))}
            </div>
            {missed.n > 0 && <p className="banner" role="status" data-missed>{t('offer.missed', { n: missed.n, at: clockTime(lang, missed.at) })} 
              {agent && isAwayByMissing(agent) && <> {t('offer.paused')} <Button size="small" type="primary" onClick={() => setState('available')}>{word('state', 'available')}</Button></>}
              {' '}<Button size="small" onClick={seen}>{t('offer.seen')}</Button></p>}
            <section className="card" aria-label={t('contacts.title')}><h2>{t('contacts.title')}</h2>
              <ContactList contacts={contacts} chosen={contact?.contact_id ?? null} unread={unread} onChoose={open} />
            </section>
            <HandedOver />
            <AgreedCalls agentNo={viewer.agent_no} stamp={listed} onDial={mayDial ? (contact_id) => void dial({ contact_id }) : null} />
            <section className="card" aria-label={t('queues.title')}><h2>{t('queues.title')}</h2><QueueList queues={shown.queues} /></section>
            <div className="row">
              {contacts.length > 0 && <Button onClick={() => setDay(!day)}>{t('today.title')} <kbd>V</kbd></Button>}
              {mayDial && <Button onClick={() => ask('dial')}>{t('call.dial')} <kbd>N</kbd></Button>}
              <Button onClick={() => ask('summary')}>{t('summary.title')} <kbd>S</kbd></Button>
              <Button onClick={() => ask('keys')}>{t('menu.shortcuts')} <kbd>?</kbd></Button>
            </div>
          </div>
          {contact ? (
            <Workspace key={contact.contact_id} ref={workspace} desk={desk} shown={shown} contact={contact} actions={actions} usable={usable} onDial={mayDial ? (fields) => void dial(fields) : null}
              onFinished={(by) => finish(contact.contact_id, by)} />
          ) : over && !day ? (
            <section className="card stack" aria-label={t('wrap.over')} data-over={over.contact.contact_id} tabIndex={-1} data-place><h2>{t('wrap.over')}</h2>
              <p role="status">{t(over.kept ? 'wrap.over_kept' : 'wrap.over_none', { who: titleOf(over.contact, { t }) })}</p>
              <p className="dim">{t('wrap.go_on')}</p>
            </section>
          ) : (
            <section className="card" aria-label={t('today.title')} tabIndex={-1} data-place><h2>{t('today.title')}</h2>
              <Anew.Provider value={listedAt}><ContactTable address={`/api/contacts?${new URLSearchParams({ agent_no: viewer.agent_no, date: today(), limit: '100' })}`} stamp={listed}
                onDial={mayDial ? (contact_id) => void dial({ contact_id }) : null} /></Anew.Provider>
            </section>
          )}
        </main>
      )}
      {shown && <ConsoleDialogs {...question} desk={desk} shown={shown} agentNo={viewer.agent_no} contact={contact} shortcuts={shortcuts} onDial={(fields) => void dial(fields)} />}
    </>
  )
}
