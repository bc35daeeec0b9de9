import type { Frame, Snapshot } from '../state/frames'

/** A job that is this crew's no longer; `state` null = it is not known why. */
export interface GoneJob {
  order_no: string
  state: string | null
}

const ON_SITE = ['crew_assigned', 'en_route', 'arrived', 'diagnosing']
const WITHDRAWN = ['cancelled', 'duplicate', 'merged']

/** Jobs that this crew was at before the frame and has no more, with the state into which they went. */
export function takenAway(before: Snapshot | null, after: Snapshot, frame: Frame, crewNo: string): GoneJob[] {
  const had = (before?.orders ?? []).filter((order) => order.crew_no === crewNo && ON_SITE.includes(order.state))
  return had.flatMap(({ order_no }) => {
    const now = after.orders.find((order) => order.order_no === order_no)
    if (now?.crew_no === crewNo && !WITHDRAWN.includes(now.state)) return []
    const told = frame.type === 'order_ended' && frame.order_no === order_no ? frame.reason : undefined
    const state = now?.state ?? told
    return [{ order_no, state: typeof state === 'string' && !ON_SITE.includes(state) ? state : null }]
  })
}
