import { useSpeech } from '../i18n'
import { timer } from '../i18n/formats'
import { isAwayByLoss, ofCrew, reasonOf } from '../parts/agentState'
import { secondsSince } from '../parts/now'
import type { BoardAgent } from '../state/frames'
import type { DrillOf } from './Drill'

const ORDER = ['talking', 'connecting', 'offered', 'wrapping', 'available', 'break', 'training', 'offline']

/** Who is at work, in which state, for how long. */
export function AgentsPanel({ agents, now, onDrill }: { agents: readonly BoardAgent[]; now: number; onDrill(of: DrillOf): void }) {
  const { t, word } = useSpeech()
  const present = agents.filter((agent) => agent.state && agent.state !== 'offline')
  const sorted = [...present].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.agent_no < b.agent_no ? -1 : 1))
  const workOf = (agent: BoardAgent): DrillOf => ({
    title: `${agent.agent_no} ${agent.name}`,
    ...(ofCrew(agent) ? { kind: 'orders', query: { crew_no: agent.agent_no } } : { kind: 'contacts', query: { agent_no: agent.agent_no, today: '1' } }),
  })
  return (
    <section className="panel" aria-label={t('board.agents')}>
      <h2>{t('board.agents')} <span className="num">{present.length}</span></h2>
      {!present.length && <p className="empty">{t('board.nobody')}</p>}
      <ul className="people">
        {sorted.map((agent) => (
          <li key={agent.agent_no}>
            <button type="button" onClick={() => onDrill(workOf(agent))}>
              <span className={`dot ${agent.state}`}>{agent.state === 'talking' && ofCrew(agent) ? t('field.on_job') : word('state', agent.state)}{reasonOf(agent) ? ` · ${word('break', reasonOf(agent))}` : isAwayByLoss(agent) ? ` · ${word('break', 'connection_lost')}` : ''}</span>
              <span className="person" title={`${agent.agent_no} ${agent.name}`}>{agent.agent_no} {agent.name}</span>
              <span className="num">{timer(secondsSince(agent.since, now))}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
