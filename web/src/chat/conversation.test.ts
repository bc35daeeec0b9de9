import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Conversation, type View } from './conversation'

class Line {
  static lines: Line[] = []
  sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor() { Line.lines.push(this) }
  send(text: string) { this.sent.push(JSON.parse(text) as Record<string, unknown>) }
  close() {}
  say(frame: object) { this.onmessage?.({ data: JSON.stringify(frame) }) }
  welcome() { this.onopen?.(); this.say({ type: 'welcome', token: 'tok', contact_id: 'c', tz: 'Asia/Shanghai', messages: [] }) }
  texts() { return this.sent.filter((frame) => frame.type === 'text').map((frame) => [frame.id, frame.text]) }
}
const memory = new Map<string, string>()
let views: View[] = []
const begun = () => {
  views = []
  const conversation = new Conversation('ws://test', 'en', (view) => views.push(view))
  conversation.start()
  return conversation
}

beforeEach(() => {
  vi.useFakeTimers()
  memory.clear()
  Line.lines = []
  vi.stubGlobal('WebSocket', Line)
  vi.stubGlobal('localStorage', { getItem: (name: string) => memory.get(name) ?? null, setItem: (name: string, value: string) => memory.set(name, value), removeItem: (name: string) => memory.delete(name) })
})
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

describe('what a customer wrote', () => {
  it('survives a reload until it is answered, and goes out with the same id', () => {
    begun().text('no light')
    expect(views.at(-1)?.unsent.map((each) => each.text)).toEqual(['no light'])
    begun()
    expect(views.at(-1)?.unsent.map((each) => each.text)).toEqual(['no light'])
    const [, again] = Line.lines
    again!.welcome()
    const [[id]] = again!.texts() as [[string, string]]
    again!.say({ type: 'ack', id })
    expect(views.at(-1)?.unsent).toEqual([])
    begun()
    Line.lines[2]!.welcome()
    expect(Line.lines[2]!.texts()).toEqual([])
  })
  it('is sent again after a lost connection', async () => {
    begun().text('still dark')
    Line.lines[0]!.welcome()
    Line.lines[0]!.onclose?.({ code: 1006 })
    expect(views.at(-1)?.status).toBe('lost')
    await vi.advanceTimersByTimeAsync(600)
    Line.lines[1]!.welcome()
    expect(Line.lines[1]!.texts()).toEqual(Line.lines[0]!.texts())
  })
  it('and was refused is shown as such; what can wait is sent again', async () => {
    begun().text('x')
    Line.lines[0]!.welcome()
    const [[id]] = Line.lines[0]!.texts() as [[string, string]]
    Line.lines[0]!.say({ type: 'error', id, code: 'too_many', message: '' })
    await vi.advanceTimersByTimeAsync(800)
    expect(Line.lines[0]!.texts()).toHaveLength(2)
    Line.lines[0]!.say({ type: 'error', id, code: 'invalid', message: '' })
    expect(views.at(-1)?.unsent).toEqual([{ id, text: 'x', failed: true }])
  })
  it('reaches a hotline that takes no more conversations: danger begins one', () => {
    begun().text('wire down')
    Line.lines[0]!.onopen?.()
    Line.lines[0]!.say({ type: 'busy' })
    expect(views.at(-1)?.status).toBe('busy')
    const [[id]] = Line.lines[0]!.texts() as [[string, string]]
    Line.lines[0]!.welcome()
    Line.lines[0]!.say({ type: 'ack', id })
    expect(views.at(-1)).toMatchObject({ status: 'open', unsent: [] })
  })
  it('a site that keeps nothing still has a chat', () => {
    vi.stubGlobal('localStorage', { getItem: () => { throw new Error('denied') } })
    begun().text('hello')
    Line.lines[0]!.welcome()
    expect(Line.lines[0]!.texts().map(([, text]) => text)).toEqual(['hello'])
  })
})
