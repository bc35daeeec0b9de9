import { Store } from '../live/store'

/** A step of a crew that is still to be sent. `id` is the command's: sent twice it has one effect. */
export interface Step {
  id: string
  type: 'step' | 'help'
  order_no: string
  to: string
  note?: string
  lat?: number
  lon?: number
  at: string
}
export interface RefusedStep {
  step: Step
  error: unknown
}
type Send = (type: string, fields: Record<string, unknown>, id: string) => Promise<unknown>
interface Kept {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Steps in the order in which they were taken, kept until the service has answered each. */
export class StepQueue {
  readonly waiting: Store<readonly Step[]>
  readonly refused = new Store<readonly RefusedStep[]>([])
  private sending = false

  constructor(
    private readonly name: string,
    private readonly kept: Kept,
    private readonly send: Send,
    /** Whether an error says that it was not answered at all, so that it must be sent again. */
    private readonly unanswered: (error: unknown) => boolean,
  ) {
    this.waiting = new Store<readonly Step[]>(JSON.parse(kept.getItem(name) ?? '[]') as Step[])
  }

  take(step: Step): void {
    this.put([...this.waiting.get(), step])
    void this.run()
  }

  dismiss(id: string): void {
    this.refused.update((all) => all.filter((each) => each.step.id !== id))
  }

  /** Send what waits, one after the other. Safe to call at any time. */
  async run(): Promise<void> {
    if (this.sending) return
    this.sending = true
    try {
      for (let next = this.waiting.get()[0]; next; next = this.waiting.get()[0]) {
        if (!(await this.one(next))) return
      }
    } finally {
      this.sending = false
    }
  }

  private async one(step: Step): Promise<boolean> {
    const { id, type, order_no, to, at: _, ...more } = step
    const fields = type === 'help' ? { contact_id: `order:${order_no}`, ...(step.note && { note: step.note }) } : { order_no, to, ...more }
    try {
      await this.send(type, fields, id)
    } catch (error) {
      if (this.unanswered(error)) return false
      this.refused.update((all) => [...all, { step, error }])
    }
    this.put(this.waiting.get().filter((each) => each.id !== id))
    return true
  }

  private put(steps: readonly Step[]): void {
    this.kept.setItem(this.name, JSON.stringify(steps))
    this.waiting.set(steps)
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
