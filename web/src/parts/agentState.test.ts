import { describe, expect, it } from 'vitest'
import { chosenState, isAwayByLoss, isAwayByMissing, isWriting, reasonOf } from './agentState'

describe('what is said of somebody at work', () => {
  it('tells a break that missed offers brought from one that was taken', () => {
    expect(isAwayByMissing({ state: 'break', reason: 'missed' })).toBe(true)
    expect(isAwayByMissing({ state: 'break', reason: 'meal' })).toBe(false)
    expect(isAwayByMissing({ state: 'talking', availability: 'break', reason: 'missed' })).toBe(true)
    expect(isAwayByMissing({ state: 'available', reason: 'missed' })).toBe(false)
  })
  it('names why they are away, and nothing of the past while they are not', () => {
    expect(reasonOf({ state: 'offline', reason: 'connection_lost' })).toBe('connection_lost')
    for (const state of ['available', 'offered', 'connecting', 'talking', 'wrapping']) expect(reasonOf({ state, reason: 'connection_lost' })).toBeNull()
  })
  it('says of those who only write that they do', () => {
    expect(isWriting({ state: 'talking', load: { phone: 0, web: 2 } })).toBe(true)
    expect(isWriting({ state: 'talking', load: { phone: 1, web: 2 } })).toBe(false)
    expect(isWriting({ state: 'wrapping', load: { phone: 0, web: 1 } })).toBe(false)
  })
  it('takes the state of afterwards as the chosen one while there is work', () => {
    expect(chosenState({ state: 'offered', availability: 'available' })).toBe('available')
    expect(chosenState({ state: 'break', availability: 'available' })).toBe('break')
  })
  it('tells who is set to be offline afterwards by a lost connection, until they choose', () => {
    expect(isAwayByLoss({ state: 'talking', availability: 'offline', reason: 'connection_lost' })).toBe(true)
    expect(isAwayByLoss({ state: 'talking', availability: 'available', reason: 'connection_lost' })).toBe(false)
    expect(isAwayByLoss({ state: 'talking', availability: 'offline', reason: null })).toBe(false)
  })
})
