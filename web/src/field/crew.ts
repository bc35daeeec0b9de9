import { api, path, Refusal } from '../api/client'
import { CommandRefused, LiveSocket, socketAddress, type Status } from '../live/socket'
import { Store } from '../live/store'
import { checkSession } from '../shell/session'
import { reduce } from '../state/console'
import type { Snapshot } from '../state/frames'
import { type GoneJob, missed, takenAway, toldOf } from './gone'
import { base64, dropPhoto, keepPhoto, keptPhoto } from './photos'
import { fieldsOf, type Step, StepQueue } from './steps'

const SEEN = 'hotline.field.seen'
/** What the service does not answer with: then it has not heard, or not yet decided. */
const UNANSWERED = ['closed', 'retry_later', 'no_network', 'unavailable', 'logged_out']

/** The code of a refusal; null when there was no answer and the step must be sent again. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof CommandRefused || error instanceof Refusal)) return 'internal_error'
  const down = error instanceof Refusal && (error.status >= 500 || error.status === 401 || error.status === 429)
  return down || UNANSWERED.includes(error.code) ? null : error.code
}

/** A crew's phone: what it saw last, its line to the service, and what it has still to send. */
export class Crew {
  readonly shown: Store<Snapshot | null>
  readonly status = new Store<Status>('connecting')
  readonly steps: StepQueue
  readonly socket: LiveSocket
  /** How many photos of each order have reached the service from this phone. */
  readonly uploaded: Store<Readonly<Record<string, number>>>
  /** Jobs that went to somebody else, or nowhere, until the crew has read of it. */
  readonly gone = new Store<readonly GoneJob[]>([])
  private readonly photosName: string
  private seq = 0
  /** Orders that this crew gave back by a step of its own. */
  private readonly given = new Set<string>()

  constructor(agentNo: string) {
    const name = `${SEEN}.${agentNo}`
    this.photosName = `hotline.photos.${agentNo}`
    this.uploaded = new Store(JSON.parse(localStorage.getItem(this.photosName) ?? '{}') as Record<string, number>)
    const seen = localStorage.getItem(name)
    this.shown = new Store(seen ? (JSON.parse(seen) as Snapshot) : null)
    this.socket = new LiveSocket({
      address: () => {
        const known = this.shown.get()
        return socketAddress('/api/console', known && this.seq ? { after: String(this.seq), feed: known.feed } : {})
      },
      onFrame: (frame) => {
        this.seq = frame.type === 'snapshot' ? Number(frame.seq) : Math.max(this.seq, Number(frame.seq ?? 0))
        const before = this.shown.get()
        const next = reduce(before, frame)
        const taken = takenAway(before, next, frame, agentNo).filter((job) => !this.given.has(job.order_no))
        const lost = [...taken, ...missed(before, frame)]
        if (lost.length) this.gone.update((known) => toldOf(known, lost))
        this.shown.set(next)
        localStorage.setItem(name, JSON.stringify(next))
        void this.steps.run()
      },
      onStatus: (status) => this.status.set(status),
      mayReturn: checkSession,
    })
    const kept = `hotline.steps.${agentNo}`
    this.steps = new StepQueue(kept, localStorage, (step) => this.send(step), codeOf)
    addEventListener('storage', (event) => event.key === kept && this.steps.again())
  }

  /** Keep a photo on this phone, and send it in its turn. */
  async takePhoto(step: Step, photo: Blob): Promise<void> {
    await keepPhoto(step.id, photo)
    this.steps.take(step)
  }

  private async send(step: Step): Promise<unknown> {
    if (step.to === 'returned') this.given.add(step.order_no)
    else if (step.type === 'step') this.given.delete(step.order_no)
    if (step.type !== 'photo') return this.socket.command(step.type, fieldsOf(step), step.id)
    const photo = await keptPhoto(step.id)
    if (!photo) return undefined
    if (!(await checkSession())) throw new Refusal(401, 'logged_out', '')
    const body = { data: await base64(photo), ...fieldsOf(step) }
    try {
      await api.post(path('work-orders', step.order_no, 'photos'), body, step.id)
    } catch (error) {
      if (codeOf(error) !== null) await dropPhoto(step.id)
      throw error
    }
    await dropPhoto(step.id)
    this.uploaded.update((now) => ({ ...now, [step.order_no]: (now[step.order_no] ?? 0) + 1 }))
    localStorage.setItem(this.photosName, JSON.stringify(this.uploaded.get()))
    return undefined
  }
}
