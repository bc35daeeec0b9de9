import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { texts, translate, wordOf } from '.'
import { clockTime, dayAndTime, dayOf, kilometres, length, timer, useZone, yuan } from './formats'

const top = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, top), 'utf-8')
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe('both languages', () => {
  it('have the same keys, none of them empty', () => {
    expect(Object.keys(texts.en).sort()).toEqual(Object.keys(texts['zh-CN']).sort())
    for (const all of Object.values(texts)) for (const text of Object.values(all)) expect(text.trim()).not.toBe('')
  })
  it('fill in the same things', () => {
    for (const [key, text] of Object.entries(texts['zh-CN'])) {
      expect([key, placeholders(texts.en[key as keyof typeof texts.en])]).toEqual([key, placeholders(text)])
    }
  })
  it('English holds no Chinese, apart from the name of that language', () => {
    const chinese = Object.entries(texts.en).filter(([key, text]) => key !== 'menu.language' && /\p{Script=Han}/u.test(text))
    expect(chinese).toEqual([])
  })
})

describe('the closed lists of the service have names', () => {
  const listed = (path: string, name: string) => {
    const body = new RegExp(`^${name} = \\(([^)]*)\\)`, 'm').exec(read(path))?.[1] ?? ''
    return [...body.matchAll(/"(\w+)"/g)].map((match) => match[1]!)
  }
  const enumerated = (path: string, name: string) => {
    const body = new RegExp(`class ${name}\\(StrEnum\\):([\\s\\S]*?)(\\n\\n\\n|$)`).exec(read(path))?.[1] ?? ''
    return [...body.matchAll(/^    [A-Z_]+ = "(\w+)"/gm)].map((match) => match[1]!)
  }
  const lists: [string, string[]][] = [
    ['disposition', listed('agents/words.py', 'DISPOSITIONS')],
    ['decline', listed('agents/words.py', 'DECLINE_REASONS')],
    ['break', listed('agents/words.py', 'BREAK_REASONS')],
    ['verify', listed('agents/words.py', 'VERIFY_ITEMS')],
    ['type', enumerated('app/domain/orders/kinds.py', 'OrderType')],
    ['order', enumerated('app/domain/orders/kinds.py', 'State')],
    ['urgency', enumerated('app/domain/orders/kinds.py', 'Urgency')],
    ['level', enumerated('app/domain/orders/kinds.py', 'Level')],
    ['subtype', enumerated('app/domain/orders/kinds.py', 'Complaint')],
    ['subtype', enumerated('app/domain/orders/kinds.py', 'Tipoff')],
    ['role', enumerated('app/domain/staff/kinds.py', 'Role')],
    ['sensitive', enumerated('app/domain/customers/kinds.py', 'Sensitivity')],
    ['status', enumerated('app/domain/customers/kinds.py', 'AccountStatus')],
    ['class', enumerated('app/domain/customers/kinds.py', 'UserClass')],
    ['warning', enumerated('app/domain/warnings/kinds.py', 'WarningKind')],
  ]
  it.each(lists)('%s', (list, values) => {
    expect(values.length).toBeGreaterThan(1)
    for (const value of values) expect(wordOf('en', list, value), `${list}.${value}`).not.toBe(value)
  })
})

describe('formats', () => {
  it('fills in what is given', () => {
    expect(translate('en', 'offer.left', { s: 7 })).toBe('7 s left')
    expect(wordOf('en', 'queue', 'a_queue_of_theirs')).toBe('a_queue_of_theirs')
  })
  it('lengths', () => {
    expect(length('zh-CN', 59)).toBe('59秒')
    expect(length('zh-CN', 187)).toBe('3分7秒')
    expect(length('en', 3600)).toBe('1 h')
    expect(length('en', 5400)).toBe('1 h 30 min')
  })
  it('timers', () => {
    expect(timer(187)).toBe('3:07')
    expect(timer(3729)).toBe('1:02:09')
    expect(timer(-3)).toBe('0:00')
  })
  it('amounts', () => {
    expect(yuan('zh-CN', 123450)).toBe('1,234.50元')
    expect(yuan('en', 1)).toBe('¥0.01')
  })
  it('times of the service, wherever the browser is', () => {
    useZone('Pacific/Kiritimati')
    expect(clockTime('zh-CN', '2026-01-01T12:05:09Z', true)).toBe('02:05:09')
    expect(dayOf(new Date('2026-01-01T12:05:00Z'))).toBe('2026-01-02')
    expect(dayAndTime('en', '2026-01-01T12:05:00Z')).toBe('1/2 02:05')
    useZone('No/Such_Zone')
  })
  it('times', () => expect(clockTime('zh-CN', new Date(2026, 0, 1, 7, 5).toISOString())).toBe('07:05'))
  it('distances', () => expect(kilometres({ lat: 30, lon: 120 }, { lat: 30, lon: 121 })).toBeCloseTo(96.3, 0))
})
