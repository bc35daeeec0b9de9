import type { Frame, Snapshot } from '../state/frames'

/** A job that is this crew's no longer; `state` null = it is not known why. `missed`: it rang until its time was over. */
export interface GoneJob {
  order_no: string
  state: string | null
  missed?: boolean
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

/** The job that has just rung in vain. */
export function missed(before: Snapshot | null, frame: Frame): GoneJob[] {
  const offer = frame.type === 'offer_ended' && frame.reason === 'expired' ? before?.offers.find((each) => each.offer_id === frame.offer_id) : undefined
  return offer?.order_no ? [{ order_no: offer.order_no, state: null, missed: true }] : []
}

/** What is to be read of jobs that are gone: of each order the last. */
export function toldOf(known: readonly GoneJob[], more: readonly GoneJob[]): GoneJob[] {
  return [...known.filter((job) => !more.some((each) => each.order_no === job.order_no)), ...more]
}
