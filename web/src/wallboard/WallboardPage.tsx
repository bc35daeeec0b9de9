import { useEffect, useMemo, useState } from 'react'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { LiveSocket, socketAddress, type Status } from '../live/socket'
import { Store, useStore } from '../live/store'
import { useNow } from '../parts/now'
import { checkSession, session } from '../shell/session'
import { TopBar } from '../shell/TopBar'
import type { Board } from '../state/frames'
import { AgentsPanel } from './AgentsPanel'
import { Drill, type DrillOf } from './Drill'
import { ClocksPanel, FollowUpsPanel, SurveysPanel } from './Figures'
import { QueueCard } from './QueueCard'
import { SummariesDialog } from './SummariesDialog'
import './wallboard.css'
import { WarningsPanel } from './WarningsPanel'

const STALE_MS = 8000

class BoardFeed {
  readonly board = new Store<Board | null>(null)
  readonly status = new Store<Status>('connecting')
  readonly heardAt = new Store(Date.now())
  /** How far the clock of the service is ahead of this browser's. */
  ahead = 0
  readonly socket = new LiveSocket({
    address: () => socketAddress('/api/wallboard'),
    onFrame: (frame) => {
      const { type, seq: _, ...figures } = frame
      this.heardAt.set(Date.now())
      if (typeof figures.as_of === 'string') this.ahead = Date.parse(figures.as_of) - Date.now()
      if (type === 'snapshot') this.board.set(figures as unknown as Board)
      if (type === 'delta') this.board.update((now) => (now ? merged(now, figures) : now))
    },
    onStatus: (status) => this.status.set(status),
    mayReturn: checkSession,
  })
}

/** Lists carry only the rows that changed: they replace theirs by key, as agents/board.py does. */
const KEYED = { queues: 'name', agents: 'agent_no' } as const

function merged(now: Board, figures: Record<string, unknown>): Board {
  const next: Record<string, unknown> = { ...now, ...figures }
  for (const [member, key] of Object.entries(KEYED)) {
    if (!(member in figures)) continue
    const rows = [...((now as unknown as Record<string, unknown>)[member] as Row[]), ...(figures[member] as Row[])]
    const byKey = new Map(rows.map((row) => [String(row[key]), row]))
    next[member] = [...byKey.keys()].sort().map((name) => byKey.get(name))
  }
  return next as unknown as Board
}

type Row = Record<string, unknown>

export default function WallboardPage() {
  const { viewer, ended } = useStore(session)
  const { t, lang } = useSpeech()
  const feed = useMemo(() => new BoardFeed(), [])
  useEffect(() => {
    if (ended) return
    feed.socket.start()
    return () => feed.socket.stop()
  }, [feed, ended])
  const board = useStore(feed.board)
  const status = useStore(feed.status)
  const heardAt = useStore(feed.heardAt)
  const now = useNow()
  const [drill, setDrill] = useState<DrillOf | null>(null)
  const [summaries, setSummaries] = useState(false)
  if (!viewer) return null
  // A board that is up to date hears so every five seconds, even when nothing changes.
  const stale = status === 'lost' || status === 'ended' || now - heardAt > STALE_MS
  const thereNow = stale && board ? Date.parse(board.as_of) : now + feed.ahead
  const queues = [...(board?.queues ?? [])].sort((a, b) => Number(b.name === 'emergency') - Number(a.name === 'emergency'))
  return (
    <>
      <TopBar page="wallboard" viewer={viewer} end={
        <>
          {board && <span className="dim num" title={t('board.formula_text')}>{t('board.as_of', { at: clockTime(lang, board.as_of, true) })}</span>}
          <button type="button" className="link" onClick={() => setSummaries(true)}>{t('board.summaries')}</button>
        </>
      } />
      {stale && board && <div className="banner bad aged" role="alert">{t('board.stale', { at: clockTime(lang, board.as_of, true) })}</div>}
      {!board ? <main className="center">{t('net.loading')}</main> : (
        <main className={stale ? 'board stale' : 'board'}>
          {board.unit && <p className="whose" role="note">{t('board.whose', { unit: board.unit })}</p>}
          <div className="queues">
            {queues.map((queue) => <QueueCard key={queue.name} queue={queue} now={thereNow} onDrill={setDrill} />)}
          </div>
          <div className="panels">
            <AgentsPanel agents={board.agents} now={thereNow} onDrill={setDrill} />
            <div className="stack">
              <ClocksPanel clocks={board.clocks} onDrill={setDrill} />
              <FollowUpsPanel counts={board.follow_ups} onDrill={setDrill} />
              <SurveysPanel surveys={board.surveys} onDrill={setDrill} />
            </div>
            <WarningsPanel warnings={board.warnings} agents={board.agents} mayAcknowledge={viewer.role !== 'auditor'} onDrill={setDrill} />
          </div>
        </main>
      )}
      {drill && board && <Drill of={drill} board={board} now={thereNow} onClose={() => setDrill(null)} />}
      {summaries && <SummariesDialog mayAcknowledge={viewer.role !== 'auditor'} onClose={() => setSummaries(false)} />}
    </>
  )
}
