import { describe, expect, it } from 'vitest'
import { translate, wordOf } from '../i18n'
import { toldOf } from './story'

const zh = { lang: 'zh-CN' as const, t: (key: never, fill?: never) => translate('zh-CN', key, fill), word: (list: string, value: string | null | undefined) => wordOf('zh-CN', list, value) }
const entry = (kind: string, text: string, data: Record<string, unknown>, actor = 'agent') => ({ seq: 1, at: '', actor: { kind: actor, id: '1001' }, kind, text, data })

describe('a story is told in the language of the page', () => {
  it.each([
    [entry('turn', '', { input: 'digits', keys: '0' }, 'caller'), '按键 0'],
    [entry('task', 'waits in phone: caller_asked', { queue: 'phone' }), '电话 · 来电人要求人工'],
    [entry('offer', '1001 by longest idle (waited 3 s in phone).', { why: { waited_ms: 3000 } }, 'system'), '派给 1001,已等候 3秒'],
    [entry('note', 'identity verified', { items: ['name', 'address'] }), '身份已核实:户名 · 用电地址'],
    [entry('hangup', 'ended by agent', {}), '坐席挂机'],
    [entry('wrap_up', 'wrapped up: resolved', { disposition: 'resolved', note: '已解释' }), '已解决 · 已解释'],
    [entry('effect', 'something new', {}), 'something new'],
  ])('%#', (given, told) => expect(toldOf(given, zh)).toBe(told))
})
