import { describe, expect, it, test } from 'vitest'
import { goals, reachable } from './TransferDialog'

const of = (agent_no: string, name: string, state: string, modes = ['phone']) => ({ agent_no, name, state, modes })
const EVERYBODY = [of('1002', '李敏', 'talking'), of('1003', '王强', 'available'), of('1004', '赵静', 'offline'), of('1005', '周兰', 'available', ['web'])]
const found = (mode: string, sought = '') => reachable(EVERYBODY, mode, sought).map((each) => each.agent_no)

test('somebody in danger is handed on as an emergency; a call goes where calls are served', () => {
  const queues = [{ name: 'emergency', mode: 'phone' }, { name: 'field', mode: 'field' }, { name: 'phone', mode: 'phone' }, { name: 'web', mode: 'web' }]
  expect(goals(queues, { mode: 'phone', queue: 'phone', danger: null })).toEqual({ names: ['phone', 'emergency'], first: 'phone' })
  expect(goals(queues, { mode: 'phone', queue: 'emergency', danger: null }).first).toBe('emergency')
  expect(goals(queues, { mode: 'phone', queue: 'phone', danger: { order_no: '5', words: null, state: 'accepted' } }).first).toBe('emergency')
  expect(goals(queues, { mode: 'web', queue: 'web', danger: null })).toEqual({ names: ['web'], first: 'web' })
})

describe('to whom a contact can be handed', () => {
  it('those who are there for it, the free ones first', () => {
    expect(found('phone')).toEqual(['1003', '1002'])
    expect(found('web')).toEqual(['1005'])
  })
  it('by a part of the number or name', () => {
    expect(found('phone', '李')).toEqual(['1002'])
    expect(found('phone', '1003 ')).toEqual(['1003'])
    expect(found('phone', '9')).toEqual([])
  })
})
