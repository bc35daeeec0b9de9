import { Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { ReasonModal } from '../console/AgentState'
import { useSpeech } from '../i18n'
import { CommandRefused } from '../live/socket'
import { useStore } from '../live/store'
import { chosenState } from '../parts/agentState'
import { useProblem } from '../parts/problem'
import { useRinging } from '../parts/ringing'
import { session } from '../shell/session'
import { TopBar } from '../shell/TopBar'
import { CallStrip } from './CallStrip'
import { Crew } from './crew'
import './field.css'
import { JobCard, JobOffer } from './JobCard'
import { keepPage } from './offline'
import { inOrder, nextSteps, type RefusedStep } from './steps'

export default function FieldPage() {
  const { viewer, ended } = useStore(session)
  const { t, word } = useSpeech()
  const { tell, say } = useProblem()
  const crew = useMemo(() => new Crew(viewer?.agent_no ?? ''), [])
  const shown = useStore(crew.shown)
  const status = useStore(crew.status)
  const waiting = useStore(crew.steps.waiting)
  const refused = useStore(crew.steps.refused)
  const gone = useStore(crew.gone)
  const [declining, setDeclining] = useState<string | null>(null)
  const offer = shown?.offers[0]
  const connected = status === 'open'
  useEffect(() => {
    if (ended) return
    crew.socket.start()
    void crew.steps.run()
    return () => crew.socket.stop()
  }, [crew, ended])
  useEffect(() => {
    if (connected) void keepPage().catch(() => undefined)
  }, [connected])
  const job = shown?.orders.find((each) => each.order_no === offer?.order_no)
  useRinging(offer ? { id: offer.offer_id, detail: offer.order_no ?? '', urgent: job?.urgency === 'urgent' } : null)
  if (!viewer) return null

  const agent = shown?.agent
  // With a job in hand it is chosen for afterwards.
  const leaving = agent && chosenState(agent) === 'offline'
  const send = (type: string, fields: Record<string, unknown>) => crew.socket.command(type, fields).catch(tell)
  // A job that rings comes into sight wherever the crew is reading.
  useEffect(() => {
    if (offer) document.querySelector('[data-offer]')?.scrollIntoView({ block: 'start' })
  }, [offer?.offer_id])
  const offered = new Set(shown?.offers.map((each) => each.order_no))
  const jobs = inOrder((shown?.orders ?? []).filter((order) => !offered.has(order.order_no) && order.crew_no === viewer.agent_no))
  const working = jobs.some((order) => nextSteps(order.state).length > 0)
  const call = shown?.contacts.find((contact) => contact.channel === 'voice')

  /** The crew's own phone rings first, then the customer's: the page itself has no sound. */
  async function callCustomer(orderNo: string) {
    try {
      if (agent?.leg !== 'phone') await crew.socket.command('set_state', { state: 'available', leg: 'phone' })
      await crew.socket.command('dial', { order_no: orderNo })
      say(t('field.dialing'))
    } catch (error) {
      tell(error)
    }
  }
  return (
    <>
      <TopBar page="field" viewer={viewer}>
        {agent && (
          <div className="row">
            <span className={agent.state === 'offline' ? 'tag' : 'tag green'} data-state={agent.state}>{t(agent.state === 'offline' ? 'field.away' : working ? 'field.on_job' : 'field.available')}</span>
            {leaving && agent.state !== 'offline' && <span className="tag amber">{t('state.after')}{t('field.away')}</span>}
            <Button disabled={!connected} onClick={() => void send('set_state', leaving ? { state: 'available', leg: 'phone' } : { state: 'offline' })}>
              {t(leaving ? 'field.go_on' : 'field.go_off')}
            </Button>
          </div>
        )}
      </TopBar>
      {status === 'replaced' ? (
        <div className="banner note" role="status">{t('field.other_window')} <Button size="small" onClick={() => crew.socket.start()}>{t('tab.take')}</Button></div>
      ) : !connected && <div className="banner" role="alert">{t('field.offline')}</div>}
      {waiting.length > 0 && <div className="banner note" role="status">{t('field.unsent', { n: waiting.length })}</div>}
      {refused.map((each) => <Refused key={each.step.id} refused={each} onClose={() => crew.steps.dismiss(each.step.id)} />)}
      {gone.map((job) => (
        <div key={job.order_no} className="banner bad" role="alert">
          {job.missed ? t('field.missed', { no: job.order_no }) : job.state ? t('field.gone_as', { no: job.order_no, state: word('order', job.state) }) : t('field.gone', { no: job.order_no })}
          <Button size="small" onClick={() => crew.gone.update((all) => all.filter((each) => each !== job))}>{t('common.close')}</Button>
        </div>
      ))}
      <main className="field-page">
        {!shown && <p className="empty">{t('net.loading')}</p>}
        {call && <CallStrip key={call.contact_id} call={call} onHangUp={() => void send('hang_up', { contact_id: call.contact_id })} onDone={() => void send('wrap_up', { contact_id: call.contact_id, disposition: 'other' })} />}
        {shown?.offers.map((each) => (
          <JobOffer key={each.offer_id} offer={each} order={shown.orders.find((order) => order.order_no === each.order_no)} disabled={!connected}
            onAccept={() => void send('accept', { offer_id: each.offer_id })} onDecline={() => setDeclining(each.offer_id)} />
        ))}
        {jobs.map((order) => <JobCard key={order.order_no} order={order} crew={crew} connected={connected} onCall={call ? null : () => void callCustomer(order.order_no)} />)}
        {shown && !shown.offers.length && !jobs.length && (
          <section className="card"><h2>{t('field.none')}</h2><p className="dim">{t('field.none_hint')}</p></section>
        )}
      </main>
      {declining && shown && (
        <ReasonModal title={t('field.decline')} list="decline" values={shown.decline_reasons} onClose={() => setDeclining(null)}
          onChoose={(reason) => { setDeclining(null); void send('decline', { offer_id: declining, reason }) }} />
      )}
    </>
  )
}

function Refused({ refused, onClose }: { refused: RefusedStep; onClose(): void }) {
  const { t, word } = useSpeech()
  const { sentence } = useProblem()
  const { step } = refused
  const names = { step: word('order', step.to), help: t('field.help'), photo: t('field.photo_step'), estimate: t(step.to === 'arrive' ? 'field.eta_arrive' : 'field.eta_restore') }
  return (
    <div className="banner bad" role="alert">
      {step.order_no} {t('field.refused', { step: names[step.type], why: sentence(new CommandRefused(refused.code, refused.message)) })}
      <Button size="small" onClick={onClose}>{t('common.close')}</Button>
    </div>
  )
}
