import { describe, expect, it } from 'vitest'
import { texts, translate, wordOf } from '.'
import { problemsZh } from './problems.zh'
import { siteZh } from './site.zh'
import { textsZh } from './texts.zh'
import { clockTime, dayAndTime, dayOf, kilometres, length, timer, useZone, yuan } from './formats'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

/** Everything but the tables themselves: what asks for a text. */
const pages = Object.entries(import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../**/*.test.ts', '!./{texts,site,problems,stories,words}.*'], { query: '?raw', import: 'default', eager: true }))
  .map(([, source]) => source)
  .join('\n')
/** Texts whose key is made while the page runs: of a step, a page, a refusal, or a value of a closed list. */
const made = new Set([...pages.matchAll(/(?:t\(|as Key|= )`(\w+)\.(\w*)\$\{|word\('(\w+)'/g)].map(([, list, start, word]) => (word ?? `${list}.${start}`)))

describe('both languages', () => {
  it('have no text that no page asks for', () => {
    const asked = (key: string) => pages.includes(`'${key}'`) || [...made].some((start) => key.startsWith(start.includes('.') ? start : `${start}.`))
    expect(Object.keys({ ...textsZh, ...siteZh, ...problemsZh }).filter((key) => !asked(key))).toEqual([])
  })
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
  it('each has its own punctuation', () => {
    const wrong = (all: Record<string, string>, mark: RegExp) => Object.entries(all).filter(([, text]) => mark.test(text))
    expect(wrong(texts['zh-CN'], /\p{Script=Han}[,:;?!()]|[,:;?!()]\p{Script=Han}/u)).toEqual([])
    expect(wrong(texts.en, /[\u3000-\u303f\uff00-\uffef]/)).toEqual([])
  })
})

describe('formats', () => {
  it('fills in what is given', () => {
    expect(translate('en', 'offer.left', { s: 7 })).toBe('7 s left')
    expect(() => translate('en', 'offer.left', { s: undefined as unknown as number })).toThrow('offer.left lacks s')
    expect(() => translate('en', 'offer.left', { s: Number.NaN })).toThrow('offer.left lacks s')
    // @ts-expect-error a text with a blank cannot be asked for without what fills it
    expect(() => translate('en', 'offer.left')).toThrow('offer.left lacks s')
    expect(wordOf('en', 'queue', 'a_queue_of_theirs')).toBe('a_queue_of_theirs')
  })
  it('lengths', () => {
    expect(length('zh-CN', 59)).toBe('59秒')
    expect(length('zh-CN', 187)).toBe('3分7秒')
    expect(length('en', 3600)).toBe('1 h')
    expect(length('en', 5400)).toBe('1 h 30 min')
    expect(length('zh-CN', 47 * 3600)).toBe('47小时')
    expect(length('zh-CN', 122 * 3600)).toBe('5天2小时')
    expect(length('en', 72 * 3600)).toBe('3 d')
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
