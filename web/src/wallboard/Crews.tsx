import { createContext, useContext } from 'react'
import { useSpeech } from '../i18n'
import { length } from '../i18n/formats'
import { ofCrew, reasonOf } from '../parts/agentState'
import { secondsSince } from '../parts/now'
import type { BoardAgent } from '../state/frames'

/** Who is at work, for what is opened from the board. */
export const AtWork = createContext<{ agents: readonly BoardAgent[]; now: number } | null>(null)

export function crewsOnDuty(agents: readonly BoardAgent[]): BoardAgent[] {
  return agents.filter((agent) => ofCrew(agent) && agent.state && agent.state !== 'offline')
}

/** What comes next of danger that no crew has; of a board that has no such crews in sight, nothing is said to be coming. */
export function nextOf(asked: boolean, crews: readonly Pick<BoardAgent, 'state'>[]): 'unsent' | 'nobody' | 'rings' | 'waits' {
  if (!asked) return 'unsent'
  if (!crews.length) return 'nobody'
  return crews.some(({ state }) => state === 'offered' || state === 'available') ? 'rings' : 'waits'
}

/** The crews on duty, what each does and since when, so that somebody can phone them; and what the hotline does next. */
export function CrewsOnDuty({ asked }: { asked: boolean }) {
  const { t, word, lang } = useSpeech()
  const board = useContext(AtWork)
  if (!board) return null
  const crews = crewsOnDuty(board.agents)
  const doing = (crew: BoardAgent) => {
    if (crew.state === 'talking') return crew.job_no ? t('board.on_job', { no: crew.job_no }) : t('field.on_job')
    const reason = reasonOf(crew)
    return word('state', crew.state) + (reason ? ` (${word('break', reason)})` : '')
  }
  return (
    <div className="stack" data-crews>
      <p role="status">{t(`board.next_${nextOf(asked, crews)}`)}</p>
      {crews.length > 0 && (
        <ul className="plain num" aria-label={t('board.on_duty')}>
          {crews.map((crew) => <li key={crew.agent_no}>{crew.agent_no} {crew.name} · {doing(crew)} · {length(lang, secondsSince(crew.since, board.now))}</li>)}
        </ul>
      )}
    </div>
  )
}
