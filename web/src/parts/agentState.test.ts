import { describe, expect, it } from 'vitest'
import { chosenState, reasonOf } from './agentState'

describe('what is said of somebody at work', () => {
  it('names why they are away, and nothing of the past while they are not', () => {
    expect(reasonOf({ state: 'offline', reason: 'connection_lost' })).toBe('connection_lost')
    for (const state of ['available', 'offered', 'connecting', 'talking', 'wrapping']) expect(reasonOf({ state, reason: 'connection_lost' })).toBeNull()
  })
  it('takes the state of afterwards as the chosen one while there is work', () => {
    expect(chosenState({ state: 'offered', availability: 'available' })).toBe('available')
    expect(chosenState({ state: 'break', availability: 'available' })).toBe('break')
  })
})
