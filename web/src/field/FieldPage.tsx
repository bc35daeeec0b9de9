import { Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { wakeSoundOnFirstGesture, startRinging, stopRinging } from '../console/alerts'
import { ReasonModal } from '../console/AgentState'
import { useSpeech } from '../i18n'
import { CommandRefused, LiveSocket, socketAddress, type Status } from '../live/socket'
import { Store, useStore } from '../live/store'
import { useProblem } from '../parts/problem'
import { checkSession, session } from '../shell/session'
import { TopBar } from '../shell/TopBar'
import { reduce } from '../state/console'
import type { Snapshot } from '../state/frames'
import './field.css'
import { JobCard, JobOffer } from './JobCard'
import { StepQueue } from './steps'

const SEEN = 'hotline.field.seen'

class Crew {
  readonly shown: Store<Snapshot | null>
  readonly status = new Store<Status>('connecting')
  readonly steps: StepQueue
  readonly socket: LiveSocket
  private seq = 0

  constructor(agentNo: string) {
    const seen = localStorage.getItem(`${SEEN}.${agentNo}`)
    this.shown = new Store(seen ? (JSON.parse(seen) as Snapshot) : null)
    this.socket = new LiveSocket({
      address: () => {
        const known = this.shown.get()
        return socketAddress('/api/console', known && this.seq ? { after: String(this.seq), feed: known.feed } : {})
      },
      onFrame: (frame) => {
        this.seq = frame.type === 'snapshot' ? Number(frame.seq) : Math.max(this.seq, Number(frame.seq ?? 0))
        const next = reduce(this.shown.get(), frame)
        this.shown.set(next)
        localStorage.setItem(`${SEEN}.${agentNo}`, JSON.stringify(next))
        void this.steps.run()
      },
      onStatus: (status) => this.status.set(status),
      mayReturn: checkSession,
    })
    const lost = (error: unknown) => error instanceof CommandRefused && ['closed', 'retry_later'].includes(error.code)
    this.steps = new StepQueue(`hotline.steps.${agentNo}`, localStorage, (type, fields, id) => this.socket.command(type, fields, id), lost)
  }
}

export default function FieldPage() {
  const viewer = useStore(session).viewer
  const { t, word } = useSpeech()
  const { tell, sentence } = useProblem()
  const crew = useMemo(() => new Crew(viewer?.agent_no ?? ''), [])
  const shown = useStore(crew.shown)
  const status = useStore(crew.status)
  const waiting = useStore(crew.steps.waiting)
  const refused = useStore(crew.steps.refused)
  const [declining, setDeclining] = useState<string | null>(null)
  const offer = shown?.offers[0]
  useEffect(() => {
    wakeSoundOnFirstGesture()
    crew.socket.start()
    void crew.steps.run()
    return () => crew.socket.stop()
  }, [crew])
  useEffect(() => {
    if (!offer) return stopRinging()
    const order = shown.orders.find((each) => each.order_no === offer.order_no)
    startRinging(t('offer.title'), order?.order_no ?? '', order?.urgency === 'urgent')
    return stopRinging
  }, [offer?.offer_id])
  if (!viewer) return null

  const agent = shown?.agent
  const send = (type: string, fields: Record<string, unknown>) => void crew.socket.command(type, fields).catch(tell)
  const offered = new Set(shown?.offers.map((each) => each.order_no))
  const jobs = (shown?.orders ?? []).filter((order) => !offered.has(order.order_no) && order.crew_no === viewer.agent_no)
  const connected = status === 'open'
  return (
    <>
      <TopBar page="field" viewer={viewer}>
        {agent && (
          <div className="row">
            <span className={agent.state === 'offline' ? 'tag' : 'tag green'} data-state={agent.state}>{agent.state === 'offline' ? t('field.away') : agent.state === 'talking' ? t('field.jobs') : word('state', agent.state)}</span>
            <Button disabled={!connected} onClick={() => send('set_state', { state: agent.state === 'offline' ? 'available' : 'offline' })}>
              {agent.state === 'offline' ? t('field.available') : t('field.away')}
            </Button>
          </div>
        )}
      </TopBar>
      {status === 'lost' && <div className="banner" role="alert">{t('field.offline')}</div>}
      {waiting.length > 0 && <div className="banner note" role="status">{t('field.unsent', { n: waiting.length })}</div>}
      {refused.map(({ step, error }) => (
        <div key={step.id} className="banner bad" role="alert">
          {t('field.refused', { step: word('order', step.to), why: sentence(error) })}
          <Button size="small" onClick={() => crew.steps.dismiss(step.id)}>{t('common.close')}</Button>
        </div>
      ))}
      <main className="field-page">
        {!shown && <p className="empty">{t('net.loading')}</p>}
        {shown?.offers.map((each) => (
          <JobOffer key={each.offer_id} offer={each} order={shown.orders.find((order) => order.order_no === each.order_no)} disabled={!connected}
            onAccept={() => send('accept', { offer_id: each.offer_id })} onDecline={() => setDeclining(each.offer_id)} />
        ))}
        {jobs.map((order) => <JobCard key={order.order_no} order={order} steps={crew.steps} />)}
        {shown && !shown.offers.length && !jobs.length && (
          <section className="card"><h2>{t('field.none')}</h2><p className="dim">{t('field.none_hint')}</p></section>
        )}
      </main>
      {declining && shown && (
        <ReasonModal title={t('field.decline')} list="decline" values={shown.decline_reasons} onClose={() => setDeclining(null)}
          onChoose={(reason) => { setDeclining(null); send('decline', { offer_id: declining, reason }) }} />
      )}
    </>
  )
}
