import { describe, expect, it } from 'vitest'
import type { Order } from '../state/frames'
import { estimates, fieldsOf, inOrder, nextSteps, stateAfter, type Step, StepQueue } from './steps'

class Memory {
  private values = new Map<string, string>()
  getItem(key: string) { return this.values.get(key) ?? null }
  setItem(key: string, value: string) { this.values.set(key, value) }
}
const step = (id: string, to: string): Step => ({ id, type: 'step', order_no: '1', to, at: '2026-11-22T08:00:00Z' })
const offline = new Error('offline')
const settled = () => new Promise((resolve) => setTimeout(resolve))

function queue(memory: Memory, answers: (id: string) => unknown) {
  const sent: string[] = []
  const send = async (step: Step) => {
    sent.push(`${step.id}:${step.to}`)
    const answer = answers(step.id)
    if (answer instanceof Error) throw answer
  }
  return { sent, steps: new StepQueue('steps', memory, send, (error) => (error === offline ? null : (error as Error).message)) }
}

describe('steps without a network', () => {
  it('wait, survive a reload, and go out in order with the same ids', async () => {
    const memory = new Memory()
    const tunnel = queue(memory, () => offline)
    tunnel.steps.take(step('a', 'en_route'))
    tunnel.steps.take(step('b', 'arrived'))
    await settled()
    expect(tunnel.steps.waiting.get().map((each) => each.id)).toEqual(['a', 'b'])
    const after = queue(memory, () => undefined)
    await after.steps.run()
    expect(after.sent).toEqual(['a:en_route', 'b:arrived'])
    expect(after.steps.waiting.get()).toEqual([])
    await after.steps.run()
    expect(after.sent).toHaveLength(2)
  })
  it('a refused one is told and does not hold up the others', async () => {
    const memory = new Memory()
    const { sent, steps } = queue(memory, (id) => (id === 'a' ? new Error('not_allowed') : undefined))
    steps.take(step('a', 'arrived'))
    steps.take(step('b', 'restored'))
    await settled()
    expect(sent).toEqual(['a:arrived', 'b:restored'])
    expect(steps.refused.get().map((each) => [each.step.id, each.code])).toEqual([['a', 'not_allowed']])
    const reloaded = queue(memory, () => undefined).steps
    expect(reloaded.refused.get().map((each) => each.step.id)).toEqual(['a'])
    reloaded.dismiss('a')
    expect(reloaded.refused.get()).toEqual([])
  })
  it('of two windows are not lost', async () => {
    const memory = new Memory()
    const one = queue(memory, () => offline)
    const other = queue(memory, () => offline)
    one.steps.take(step('a', 'en_route'))
    other.steps.take(step('b', 'arrived'))
    await settled()
    const later = queue(memory, () => undefined)
    await later.steps.run()
    expect(later.sent).toEqual(['a:en_route', 'b:arrived'])
  })
  it('say to the service what they are', () => {
    const about = { id: 'a', order_no: '1', at: '2026-11-22T08:00:00Z', note: 'n' }
    expect(fieldsOf({ ...about, type: 'step', to: 'arrived', lat: 1, lon: 2 })).toEqual({ order_no: '1', to: 'arrived', at: about.at, note: 'n', lat: 1, lon: 2 })
    expect(fieldsOf({ ...about, type: 'help', to: 'help' })).toEqual({ contact_id: 'order:1', note: 'n' })
    expect(fieldsOf({ ...about, type: 'estimate', to: 'arrive', expected: 'e' })).toEqual({ order_no: '1', of: 'arrive', at: 'e' })
    expect(fieldsOf({ ...about, type: 'photo', to: 'photo' })).toEqual({ taken_at: about.at, note: 'n' })
  })
  it('show what they will make of the order', () => {
    expect(stateAfter('crew_assigned', '1', [step('a', 'en_route'), step('b', 'arrived')])).toBe('arrived')
    expect(stateAfter('crew_assigned', '2', [step('a', 'en_route')])).toBe('crew_assigned')
    expect(nextSteps('arrived')).toEqual(['restored', 'not_ours'])
    expect(nextSteps('restored')).toEqual([])
    const clock = (due_at: string, met_at: string | null = null) => ({ due_at, met_at, stopped_at: null, paused: false }) as Order['clocks'][number]
    const job = (order_no: string, state: string, urgency: string, ...clocks: Order['clocks']) => ({ order_no, state, urgency, clocks })
    const jobs = [job('1', 'restored', 'urgent'), job('2', 'arrived', 'normal'), job('3', 'arrived', 'normal', clock('2026-11-22T09:00:00Z')), job('4', 'en_route', 'normal', clock('2026-11-22T07:00:00Z', '2026-11-22T06:00:00Z'), clock('2026-11-22T08:30:00Z')), job('5', 'crew_assigned', 'urgent'), job('6', 'arrived', 'normal')]
    expect(inOrder(jobs).map((each) => each.order_no), 'danger, then whose promise is due first, then what promises nothing, then what is done').toEqual(['5', '4', '3', '2', '6', '1'])
    expect(estimates('en_route')?.of).toBe('arrive')
    expect(estimates('restored')).toBeNull()
  })
})
