/** States that somebody chooses, or is put into; the others come with work. */
export const SETTABLE = ['available', 'break', 'training', 'offline']

interface Shown {
  state: string
  reason?: string | null | undefined
  availability?: string | undefined
}

/** Why somebody is away; the service keeps the last reason, which says nothing once they are at work again. */
export function reasonOf({ state, reason }: Shown): string | null {
  return ['break', 'training', 'offline'].includes(state) && reason ? reason : null
}

/** Whoever only writes with customers does not talk to them. */
export function isWriting({ state, load }: { state: string; load: { phone: number; web: number } }): boolean {
  return state === 'talking' && load.web > 0 && !load.phone
}

/** The state chosen: with work in hand that of afterwards. */
export function chosenState(agent: Shown): string {
  return SETTABLE.includes(agent.state) ? agent.state : (agent.availability ?? agent.state)
}

/** Whether it was the lost connection, and not the agent, that chose to be offline afterwards. */
export function isAwayByLoss(agent: Shown): boolean {
  return chosenState(agent) === 'offline' && agent.reason === 'connection_lost'
}

/** Whether it was what rang in vain that put the agent on a break, now or after the work in hand. */
export function isAwayByMissing(agent: Shown): boolean {
  return chosenState(agent) === 'break' && agent.reason === 'missed'
}

/** A crew: what it does are jobs, not talks. */
export function ofCrew({ modes }: { modes: readonly string[] }): boolean {
  return modes.length > 0 && modes.every((mode) => mode === 'field')
}
