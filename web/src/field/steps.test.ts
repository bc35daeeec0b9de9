import { describe, expect, it } from 'vitest'
import { nextSteps, stateAfter, type Step, StepQueue } from './steps'

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
  const send = async (_: string, fields: Record<string, unknown>, id: string) => {
    sent.push(`${id}:${String(fields.to)}`)
    const answer = answers(id)
    if (answer instanceof Error) throw answer
  }
  return { sent, steps: new StepQueue('steps', memory, send, (error) => error === offline) }
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
    const { sent, steps } = queue(new Memory(), (id) => (id === 'a' ? new Error('not_allowed') : undefined))
    steps.take(step('a', 'arrived'))
    steps.take(step('b', 'restored'))
    await settled()
    expect(sent).toEqual(['a:arrived', 'b:restored'])
    expect(steps.refused.get().map((each) => each.step.id)).toEqual(['a'])
    steps.dismiss('a')
    expect(steps.refused.get()).toEqual([])
  })
  it('show what they will make of the order', () => {
    expect(stateAfter('crew_assigned', '1', [step('a', 'en_route'), step('b', 'arrived')])).toBe('arrived')
    expect(stateAfter('crew_assigned', '2', [step('a', 'en_route')])).toBe('crew_assigned')
    expect(nextSteps('arrived')).toEqual(['restored', 'not_ours'])
    expect(nextSteps('restored')).toEqual([])
  })
})
