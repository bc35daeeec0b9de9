import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoffMs, type Frame, LiveSocket, type Status } from './socket'

class Line {
  static readonly OPEN = 1
  readyState = 0
  sent: string[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  send(text: string) { this.sent.push(text) }
  close() { this.readyState = 3 }
  up() { this.readyState = 1; this.onopen?.() }
  say(frame: object) { this.onmessage?.({ data: JSON.stringify(frame) }) }
  fall(code = 1006) { this.readyState = 3; this.onclose?.({ code }) }
}

function opened(mayReturn = true) {
  const lines: Line[] = []
  const frames: Frame[] = []
  const statuses: Status[] = []
  const socket = new LiveSocket({
    address: () => 'ws://test',
    onFrame: (frame) => frames.push(frame),
    onStatus: (status) => statuses.push(status),
    mayReturn: async () => mayReturn,
    open: () => { const line = new Line(); lines.push(line); return line as unknown as WebSocket },
    random: () => 1,
  })
  socket.start()
  return { socket, lines, frames, statuses }
}

beforeEach(() => { vi.useFakeTimers(); vi.stubGlobal('WebSocket', Line) })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

describe('a lost connection', () => {
  it('comes back by itself and sends again what was not answered, with the same id', async () => {
    const { socket, lines, statuses } = opened()
    lines[0]!.up()
    lines[0]!.say({ type: 'snapshot' })
    const answer = socket.command('hold', { contact_id: 'c' }, 'id-1')
    lines[0]!.fall()
    expect(statuses.at(-1)).toBe('lost')
    await vi.advanceTimersByTimeAsync(600)
    lines[1]!.up()
    expect(lines[1]!.sent).toEqual(lines[0]!.sent)
    lines[1]!.say({ type: 'resumed', seq: 1 })
    lines[1]!.say({ type: 'ack', id: 'id-1' })
    await expect(answer).resolves.toMatchObject({ id: 'id-1' })
    expect(statuses.at(-1)).toBe('open')
    socket.stop()
  })

  it('stays away when another window has taken its place, until it is started again', async () => {
    const { socket, lines, statuses } = opened()
    lines[0]!.up()
    lines[0]!.say({ type: 'snapshot' })
    lines[0]!.fall(4001)
    await vi.advanceTimersByTimeAsync(60_000)
    expect([lines.length, statuses.at(-1)]).toEqual([1, 'replaced'])
    socket.start()
    lines[1]!.up()
    lines[1]!.say({ type: 'resumed', seq: 1 })
    expect(statuses.at(-1)).toBe('open')
    socket.stop()
  })

  it('is given up when the log-in has ended', async () => {
    const { lines, statuses } = opened(false)
    lines[0]!.up()
    lines[0]!.fall(4003)
    await vi.advanceTimersByTimeAsync(1)
    expect(statuses.at(-1)).toBe('ended')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toHaveLength(1)
  })

  it('is noticed when nothing is heard any more', async () => {
    const { socket, lines, statuses } = opened()
    lines[0]!.up()
    lines[0]!.say({ type: 'snapshot' })
    await vi.advanceTimersByTimeAsync(15_000)
    expect(statuses).toContain('lost')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(lines).toHaveLength(2)
    socket.stop()
  })

  it('is noticed at once when something else finds no network, however often it is told', async () => {
    const { socket, lines, statuses } = opened()
    lines[0]!.up()
    lines[0]!.say({ type: 'snapshot' })
    for (let tried = 0; tried < 3; tried += 1) {
      socket.doubt()
      await vi.advanceTimersByTimeAsync(800)
    }
    expect(statuses.at(-1)).toBe('lost')
    socket.stop()
  })

  it('is not lost as long as it answers', async () => {
    const { socket, lines, statuses } = opened()
    lines[0]!.up()
    lines[0]!.say({ type: 'snapshot' })
    for (let beats = 0; beats < 6; beats += 1) {
      socket.doubt()
      await vi.advanceTimersByTimeAsync(1_000)
      lines[0]!.say({ type: 'ack', id: 'ping-0' })
      await vi.advanceTimersByTimeAsync(9_000)
      if (lines[0]!.sent.length) lines[0]!.say({ type: 'ack', id: 'ping-1' })
    }
    expect([lines.length, statuses.at(-1)]).toEqual([1, 'open'])
    socket.stop()
  })
})

describe('answers', () => {
  it('an error rejects with its code; retry_later asks again with the same id', async () => {
    const { socket, lines } = opened()
    lines[0]!.up()
    const refused = socket.command('accept', { offer_id: 'o' }, 'a')
    lines[0]!.say({ type: 'error', id: 'a', code: 'offer_gone', message: 'gone' })
    await expect(refused).rejects.toMatchObject({ code: 'offer_gone' })
    const later = socket.command('accept', { offer_id: 'p' }, 'b')
    lines[0]!.say({ type: 'error', id: 'b', code: 'retry_later', message: '' })
    await vi.advanceTimersByTimeAsync(800)
    expect(lines[0]!.sent.filter((text) => text.includes('"b"'))).toHaveLength(2)
    lines[0]!.say({ type: 'ack', id: 'b' })
    await expect(later).resolves.toMatchObject({ id: 'b' })
    socket.stop()
  })
})

describe('pauses', () => {
  it('grow to ten seconds, half of each by chance', () => {
    expect(backoffMs(0, 0)).toBe(250)
    expect(backoffMs(0, 1)).toBe(500)
    expect(backoffMs(3, 0.5)).toBe(3000)
    expect(backoffMs(30, 1)).toBe(10_000)
  })
})
