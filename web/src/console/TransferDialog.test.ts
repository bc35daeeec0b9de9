import { describe, expect, it } from 'vitest'
import { reachable } from './TransferDialog'

const of = (agent_no: string, name: string, state: string, modes = ['phone']) => ({ agent_no, name, state, modes })
const EVERYBODY = [of('1002', '李敏', 'talking'), of('1003', '王强', 'available'), of('1004', '赵静', 'offline'), of('1005', '周兰', 'available', ['web'])]
const found = (mode: string, sought = '') => reachable(EVERYBODY, mode, sought).map((each) => each.agent_no)

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
