import { Modal } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { type Page, path, type Schemas } from '../api/client'
import { SendOut } from '../console/NoCrew'
import { isPlaced, isSendable } from '../console/sending'
import { ContactStory, ContactTable } from '../console/Today'
import { useSpeech } from '../i18n'
import { dayAndTime, length, timer, today } from '../i18n/formats'
import { useStore } from '../live/store'
import { ofCrew } from '../parts/agentState'
import { Clocks } from '../parts/Clocks'
import { Anew, useFetched } from '../parts/fetched'
import { secondsSince } from '../parts/now'
import { Masked } from '../parts/Masked'
import { Player } from '../parts/Player'
import { Timeline } from '../parts/Timeline'
import { session } from '../shell/session'
import type { Board, BoardAgent } from '../state/frames'
import { AtWork, CrewsOnDuty } from './Crews'

/** What a number counts, and the number as it was when clicked. `today` in the query stands for the day of today. */
export interface DrillOf {
  kind: 'contacts' | 'contact' | 'waiting' | 'orders' | 'order' | 'surveys' | 'callbacks' | 'recordings' | 'people'
  title: string
  query: Record<string, string>
  count?: number
}

const ANEW_MS = 5_000

interface Props {
  of: DrillOf
  board: Pick<Board, 'unit' | 'agents'>
  now: number
  onClose(): void
}

export function Drill({ of, board, now, onClose }: Props) {
  const { today: ofToday, ...rest } = of.query
  const { t } = useSpeech()
  const query = new URLSearchParams({ ...rest, ...(ofToday && { date: today() }), limit: '100' })
  const first = useRef<number | null>(null)
  // Both numbers are those of the click; the list itself goes on with the day.
  const note = (listed: number) => {
    const shown = (first.current ??= listed)
    return of.count !== undefined && shown < of.count && (
      <p className="dim" role="note">{board.unit ? t('board.of_unit', { n: of.count, unit: board.unit, shown }) : t('board.of_all', { n: of.count, shown })}</p>
    )
  }
  return (
    <Modal open title={of.title} onCancel={onClose} footer={null} width={820}>
      <AtWork.Provider value={{ agents: board.agents, now }}>
      <Anew.Provider value={Math.floor(now / ANEW_MS)}>
        {of.kind === 'contacts' && <ContactTable address={`/api/contacts?${query}`} sealed note={note} />}
        {of.kind === 'contact' && <ContactStory contactId={of.query.contact_id ?? ''} />}
        {of.kind === 'orders' && <Orders address={`/api/work-orders?${query}`} note={note} />}
        {of.kind === 'waiting' && <Waiting query={query} note={note} />}
        {of.kind === 'callbacks' && <Callbacks note={note} />}
        {of.kind === 'recordings' && <Recordings note={note} />}
        {of.kind === 'order' && <OneOrder orderNo={of.query.order_no ?? ''} />}
        {of.kind === 'surveys' && <Surveys address={`/api/surveys?${query}`} note={note} />}
        {of.kind === 'people' && <People agents={counted(board.agents, of.query)} now={now} note={note} />}
      </Anew.Provider>
      </AtWork.Provider>
    </Modal>
  )
}

type Note = (shown: number) => ReactNode

/** The people that a queue counts in a state: who is being connected counts as talking. */
export function counted(agents: readonly BoardAgent[], query: Record<string, string>): BoardAgent[] {
  const shown = (agent: BoardAgent) => (agent.state === 'connecting' ? 'talking' : agent.state)
  return agents.filter((agent) => agent.queues.includes(query.queue ?? '') && shown(agent) === query.state)
}

function People({ agents, now, note }: { agents: readonly BoardAgent[]; now: number; note: Note }) {
  const { t, word } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const work = agents.find((agent) => agent.agent_no === open)
  if (work && ofCrew(work)) return <Opened onBack={() => setOpen(null)}><Orders address={`/api/work-orders?${new URLSearchParams({ crew_no: work.agent_no, limit: '100' })}`} note={() => null} /></Opened>
  if (open) return <Opened onBack={() => setOpen(null)}><ContactTable address={`/api/contacts?${new URLSearchParams({ agent_no: open, date: today(), limit: '100' })}`} sealed /></Opened>
  return (
    <>
      {note(agents.length)}
      {!agents.length && <p className="empty">{t('board.no_items')}</p>}
      <table className="plain num">
        <tbody>
          {agents.map((agent) => (
            <tr key={agent.agent_no}>
              <td><button type="button" className="link" onClick={() => setOpen(agent.agent_no)}>{agent.agent_no} {agent.name}</button></td>
              <td>{agent.state === 'talking' && ofCrew(agent) ? t('field.on_job') : word('state', agent.state)}</td><td>{timer(secondsSince(agent.since, now))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Opened({ children, onBack }: { children: ReactNode; onBack(): void }) {
  const { t } = useSpeech()
  return <><p><button type="button" className="link" onClick={onBack}>{t('today.back')}</button></p>{children}</>
}

interface ListProps<Item> {
  address: string
  note: Note
  rows(items: readonly Item[], open: (key: string) => void): ReactNode
  story?(key: string): ReactNode
}

/** A list as the service gives it, each row of which may open its story. */
function List<Item>({ address, note, rows, story }: ListProps<Item>) {
  const { t } = useSpeech()
  const [open, setOpen] = useState<string | null>(null)
  const list = useFetched<Page<Item>>(address)
  if (list.failed) return <p className="banner bad" role="alert">{list.failed}</p>
  if (!list.data) return <p className="empty">{t('common.loading')}</p>
  if (open && story) return <Opened onBack={() => setOpen(null)}>{story(open)}</Opened>
  const { items } = list.data
  return <>{note(items.length)}{items.length ? rows(items, setOpen) : <p className="empty">{t('board.no_items')}</p>}</>
}

/** Who waits in a queue: contacts, and work on orders that has no contact of its own. */
function Waiting({ query, note }: { query: URLSearchParams; note: Note }) {
  const contacts = useFetched<Page<Schemas['ContactShape']>>(`/api/contacts?${query}`)
  const orders = useFetched<Page<Schemas['OrderShape']>>(`/api/work-orders?${query}`)
  const { t } = useSpeech()
  if (!contacts.data || !orders.data) return <p className="empty" role={contacts.failed ? 'alert' : undefined}>{contacts.failed ?? orders.failed ?? t('common.loading')}</p>
  const both = contacts.data.items.length + orders.data.items.length
  return (
    <>
      {note(both)}
      {!both && <p className="empty">{t('board.no_items')}</p>}
      {contacts.data.items.length > 0 && <ContactTable address={`/api/contacts?${query}`} sealed />}
      {orders.data.items.length > 0 && <Orders address={`/api/work-orders?${query}`} note={() => null} />}
    </>
  )
}

function Orders({ address, note }: { address: string; note: Note }) {
  const { word, lang } = useSpeech()
  const rows = (items: readonly Schemas['OrderShape'][], open: (key: string) => void) => (
    <ul className="stack">
      {items.map((order) => (
        <li key={order.order_no} className="card">
          <div className="row">
            <button type="button" className="link num" onClick={() => open(order.order_no)}>{order.order_no}</button>
            <span>{word('type', order.type)}</span>
            {order.urgency === 'urgent' && <span className="tag red">{word('urgency', 'urgent')}</span>}
            <span className="tag blue">{word('order', order.state)}</span>
            <span className="dim small">{dayAndTime(lang, order.created_at)}</span>
          </div>
          <Clocks clocks={order.clocks} />
        </li>
      ))}
    </ul>
  )
  return <List address={address} note={note} rows={rows} story={(orderNo) => <OneOrder orderNo={orderNo} />} />
}

const LEADING = ['supervisor', 'manager']

/** An order with its story; danger that no crew has can be sent out here, when the one who should is not there. */
function OneOrder({ orderNo }: { orderNo: string }) {
  const { t, word } = useSpeech()
  const role = useStore(session).viewer?.role ?? ''
  const order = useFetched<Schemas['OrderShape']>(path('work-orders', orderNo))
  const sought = order.data?.crew_asked
  const unsent = order.data?.crew_asked === false && isSendable({ ...order.data, to_listen: false })
  const why = order.data && !isPlaced(order.data) ? t('board.unsent_no_place') : order.data?.to_listen ? t('board.unsent_unheard') : t('board.no_crew_yet')
  return (
    <div className="stack">
      {order.failed && <p className="banner bad" role="alert">{order.failed}</p>}
      {order.data && (
        <>
          <p className="row"><strong className="num">{orderNo}</strong><span>{word('type', order.data.type)}</span>{order.data.urgency === 'urgent' && <span className="tag red">{word('urgency', 'urgent')}</span>}<span className="tag blue">{word('order', order.data.state)}</span></p>
          <p className="words">{order.data.description}</p>
          {sought && <p className="banner note" role="status">{t('board.crew_sought')}</p>}
          {unsent && order.data.recording_id && <Player recordingId={order.data.recording_id} />}
          {unsent && (LEADING.includes(role) ? <SendOut order={order.data} words={why} heard={order.data.to_listen} onSent={order.again} /> : <p className="banner bad" role="alert">{why}</p>)}
          {(sought || unsent) && <CrewsOnDuty asked={!!sought} />}
          <dl className="facts">
            {(order.data.address ?? order.data.address_masked) && <><dt>{t('order.address')}</dt><dd><Masked value={order.data.address} masked={order.data.address_masked} /></dd></>}
            {(order.data.contact_phone ?? order.data.contact_phone_masked) && <><dt>{t('order.contact_phone')}</dt><dd className="num"><Masked value={order.data.contact_phone} masked={order.data.contact_phone_masked} /></dd></>}
            {order.data.crew_no && <><dt>{t('order.crew')}</dt><dd className="num">{order.data.crew_no}</dd></>}
          </dl>
          <Clocks clocks={order.data.clocks} />
        </>
      )}
      <h3 className="dim small">{t('order.story')}</h3>
      <Timeline address={path('work-orders', orderNo, 'timeline')} stamp={order.data?.version} />
    </div>
  )
}

/** What somebody asks about: the contact they are in, else the order. */
export function Matter({ contactId, orderNo }: { contactId: string | null; orderNo: string | null }) {
  if (contactId) return <ContactStory contactId={contactId} />
  return orderNo ? <OneOrder orderNo={orderNo} /> : null
}

const storyOf = (contactId: string) => <ContactStory contactId={contactId} />

function Callbacks({ note }: { note: Note }) {
  const { t, word, lang } = useSpeech()
  const rows = (items: readonly Schemas['CallbackShape'][], open: (key: string) => void) => (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('today.who')}</th><th>{t('today.queue')}</th><th>{t('today.reason')}</th><th>{t('board.next_call')}</th></tr></thead>
      <tbody>
        {items.map((each) => (
          <tr key={each.callback_id}>
            <td><button type="button" className="link" onClick={() => open(each.contact_id)}>{dayAndTime(lang, each.at)}</button></td>
            <td>{each.phone_masked}</td><td>{word('queue', each.queue)}</td><td>{word('reason', each.reason)}</td><td>{each.next_at && dayAndTime(lang, each.next_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
  return <List address="/api/callbacks?limit=100" note={note} rows={rows} story={storyOf} />
}

function Recordings({ note }: { note: Note }) {
  const { t, lang } = useSpeech()
  const rows = (items: readonly Schemas['UnheardShape'][], open: (key: string) => void) => (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('board.orders')}</th><th>{t('board.length')}</th></tr></thead>
      <tbody>
        {items.map((each) => (
          <tr key={each.recording_id}>
            <td><button type="button" className="link" onClick={() => open(each.contact_id)}>{dayAndTime(lang, each.at)}</button></td>
            <td>{each.order_no}</td><td>{length(lang, each.duration_s)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
  return <List address="/api/recordings?limit=100" note={note} rows={rows} story={storyOf} />
}

function Surveys({ address, note }: { address: string; note: Note }) {
  const { t, lang } = useSpeech()
  const rows = (items: readonly Schemas['SurveyShape'][]) => (
    <table className="plain num">
      <thead><tr><th>{t('today.time')}</th><th>{t('login.agent_no')}</th><th>{t('today.score')}</th></tr></thead>
      <tbody>
        {items.map((survey) => (
          <tr key={survey.survey_id}><td>{dayAndTime(lang, survey.at)}</td><td>{survey.agent_no}</td><td>{survey.score ?? '—'}</td></tr>
        ))}
      </tbody>
    </table>
  )
  return <List address={address} note={note} rows={rows} />
}
