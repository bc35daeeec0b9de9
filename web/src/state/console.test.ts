import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reduce } from './console'

const folder = new URL('../../../tests/fixtures/console/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe('old snapshot + frames = fresh snapshot', () => {
  it('has fixtures of every kind', () => {
    for (const kind of ['agent', 'offer', 'contact', 'chat', 'queue', 'order', 'warning', 'announcement']) {
      expect(names.some((name) => name.startsWith(kind))).toBe(true)
    }
  })
  it.each(names)('%s', (name) => {
    const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf-8'))
    let state = reduce<Record<string, unknown>>(null, fixture.snapshot)
    for (const frame of fixture.frames) state = reduce(state, frame)
    const { seq: _, ...shown } = state
    const { seq: __, type: ___, ...fresh } = fixture.fresh
    expect(shown).toEqual(fresh)
  })
})

describe('frames that change nothing', () => {
  const before = reduce<Record<string, unknown>>(null, {
    type: 'snapshot', agent: { agent_no: '1', rev: 5, state: 'available' }, contacts: [], offers: [],
  })
  it('an older revision does not come back', () => {
    const after = reduce(before, { type: 'agent', seq: 9, agent_no: '1', rev: 4, state: 'break' })
    expect(after).toEqual(before)
  })
  it('a kind of frame that this page does not know', () => {
    expect(reduce(before, { type: 'novelty', seq: 9, rev: 9 })).toBe(before)
  })
})
