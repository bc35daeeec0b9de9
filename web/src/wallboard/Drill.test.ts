import { expect, test } from 'vitest'
import type { BoardAgent } from '../state/frames'
import { counted } from './Drill'

const agent = (agent_no: string, state: string, queues: string[]): BoardAgent => ({ agent_no, name: agent_no, role: 'agent', team: null, modes: ['phone'], state, reason: null, since: null, job_no: null, queues })

test('a number of agents lists those of its queue in its state, the connecting among the talking', () => {
  const agents = [agent('1001', 'talking', ['phone', 'emergency']), agent('1002', 'connecting', ['phone']), agent('1003', 'available', ['phone']), agent('2001', 'talking', ['web'])]
  expect(counted(agents, { queue: 'phone', state: 'talking' }).map((each) => each.agent_no)).toEqual(['1001', '1002'])
  expect(counted(agents, { queue: 'emergency', state: 'talking' }).map((each) => each.agent_no)).toEqual(['1001'])
})
