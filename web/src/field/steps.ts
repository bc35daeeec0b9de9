import { Store } from '../live/store'
import type { Order } from '../state/frames'

/** Something that a crew did and that is still to be sent. `id` is the command's: sent twice it has one effect. */
export interface Step {
  id: string
  type: 'step' | 'help' | 'estimate' | 'photo'
  order_no: string
  /** The state stepped to, or what is expected: `arrive`, `restore`. */
  to: string
  note?: string
  lat?: number
  lon?: number
  /** When it is expected. */
  expected?: string
  at: string
}
export interface RefusedStep {
  step: Step
  code: string
  message: string
}
type Send = (step: Step) => Promise<unknown>
interface Kept {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** The fields of the command that tells the service of a step. */
export function fieldsOf(step: Step): Record<string, unknown> {
  const { order_no, to, note, lat, lon, expected, at } = step
  const place = lat === undefined ? {} : { lat, lon }
  if (step.type === 'help') return { contact_id: `order:${order_no}`, ...(note && { note }) }
  if (step.type === 'estimate') return { order_no, of: to, at: expected }
  if (step.type === 'photo') return { taken_at: at, ...(note && { note }), ...place }
  return { order_no, to, at, ...(note && { note }), ...place }
}

/** Steps in the order in which they were taken, kept until the service has answered each. */
export class StepQueue {
  readonly waiting: Store<readonly Step[]>
  readonly refused: Store<readonly RefusedStep[]>
  private sending = false

  constructor(
    private readonly name: string,
    private readonly kept: Kept,
    private readonly send: Send,
    /** The code with which the service refused; null when it was not answered at all and must be sent again. */
    private readonly codeOf: (error: unknown) => string | null,
  ) {
    this.waiting = new Store(this.read<Step>(name))
    this.refused = new Store(this.read<RefusedStep>(`${name}.refused`))
  }

  take(step: Step): void {
    this.put([...this.read<Step>(this.name), step])
    void this.run()
  }

  dismiss(id: string): void {
    this.putRefused(this.refused.get().filter((each) => each.step.id !== id))
  }

  /** Another window has changed what is kept. */
  again(): void {
    this.waiting.set(this.read<Step>(this.name))
  }

  /** Send what waits, one after the other. Safe to call at any time. */
  async run(): Promise<void> {
    if (this.sending) return
    this.sending = true
    try {
      for (let next = this.read<Step>(this.name)[0]; next; next = this.read<Step>(this.name)[0]) {
        if (!(await this.one(next))) return
      }
    } finally {
      this.sending = false
    }
  }

  private async one(step: Step): Promise<boolean> {
    try {
      await this.send(step)
    } catch (error) {
      const code = this.codeOf(error)
      if (code === null) return false
      this.putRefused([...this.refused.get(), { step, code, message: error instanceof Error ? error.message : '' }])
    }
    this.put(this.read<Step>(this.name).filter((each) => each.id !== step.id))
    return true
  }

  /** Always from what is kept: two windows share it. */
  private read<Item>(name: string): readonly Item[] {
    return JSON.parse(this.kept.getItem(name) ?? '[]') as Item[]
  }

  private put(steps: readonly Step[]): void {
    this.kept.setItem(this.name, JSON.stringify(steps))
    this.waiting.set(steps)
  }

  private putRefused(steps: readonly RefusedStep[]): void {
    this.kept.setItem(`${this.name}.refused`, JSON.stringify(steps))
    this.refused.set(steps)
  }
}

/** The state that an order has once all waiting steps are taken. */
export function stateAfter(state: string, orderNo: string, waiting: readonly Step[]): string {
  return waiting.filter((step) => step.type === 'step' && step.order_no === orderNo).at(-1)?.to ?? state
}

/** What a crew can do next from a state. */
export function nextSteps(state: string): string[] {
  switch (state) {
    case 'crew_assigned':
      return ['en_route', 'arrived']
    case 'en_route':
      return ['arrived']
    case 'arrived':
    case 'diagnosing':
      return ['restored', 'not_ours']
    default:
      return []
  }
}

/** Where a job stands on the page: danger first, then what is still to be done, what is done last. */
function placeOf(job: { state: string; urgency: string }): number {
  if (!nextSteps(job.state).length) return 2
  return job.urgency === 'urgent' ? 0 : 1
}

/** When the next promise of a job that still runs is due; never is late. */
function dueOf(job: Pick<Order, 'clocks'>): number {
  return Math.min(...job.clocks.filter((clock) => !clock.met_at && !clock.stopped_at && !clock.paused).map((clock) => Date.parse(clock.due_at)))
}

/** Jobs as the page shows them: by their place, then whose next promise is due first. */
export function inOrder<Job extends Pick<Order, 'state' | 'urgency' | 'clocks' | 'order_no'>>(jobs: readonly Job[]): Job[] {
  const due = (a: number, b: number) => (a === b ? 0 : a - b)
  return [...jobs].sort((a, b) => placeOf(a) - placeOf(b) || due(dueOf(a), dueOf(b)) || (a.order_no < b.order_no ? -1 : 1))
}

/** What a crew in this state can say a time of, with the choices in minutes. */
export function estimates(state: string): { of: 'arrive' | 'restore'; minutes: number[] } | null {
  if (state === 'crew_assigned' || state === 'en_route') return { of: 'arrive', minutes: [10, 20, 30, 45, 60, 90] }
  if (state === 'arrived' || state === 'diagnosing') return { of: 'restore', minutes: [15, 30, 60, 120, 180, 240] }
  return null
}
