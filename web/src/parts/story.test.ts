import { describe, expect, it } from 'vitest'
import { speechOf } from '../i18n'
import { steps, toldOf } from './story'

const zh = speechOf('zh-CN')
const entry = (kind: string, text: string, data: Record<string, unknown>, actor = 'agent') => ({ seq: 1, at: '', actor: { kind: actor, id: '1001' }, kind, text, data })

describe('a story is told in the language of the page', () => {
  it.each([
    [entry('turn', '', { input: 'call', from: '+8613800000001' }, 'caller'), '+8613800000001 来电'],
    [entry('turn', '', { input: 'digits', keys: '0' }, 'caller'), '按键 0'],
    [entry('turn', '家里没电', { input: 'speech' }, 'caller'), '说：家里没电'],
    [entry('lookup', 'account.confirm: confirmed', { service: 'account.confirm', outcome: 'confirmed' }), '确认来电户号：已确认'],
    [entry('effect', 'order.open_fault: opened', { service: 'order.open_fault', outcome: 'opened', order_no: '7' }), '建立报修工单：已建立 · 7'],
    [entry('task', 'waits in phone: caller_asked', { queue: 'phone' }), '进入电话队列：来电人要求人工'],
    [entry('effect', 'order.open_emergency', { service: 'order.open_emergency', order_no: '7' }), '建立紧急工单 · 7'],
    [entry('task', 'waits in phone: slow', { queue: 'phone' }), '进入电话队列：老年客户或不便按键，直接转人工'],
    [entry('task', 'waits in phone: exhausted', { queue: 'phone' }), '进入电话队列：多次输入无效'],
    [entry('note', 'gave_up: silence', { note: 'gave_up' }), '多次提示后仍无有效输入'],
    [entry('note', 'hazard: 电线断', { note: 'hazard' }), '出现危险用语 · 电线断'],
    [entry('task', 'left the line: callback', {}), '离开排队：已约回电'],
    [entry('task', 'phone → emergency: full', {}), '由电话转至紧急：队列已满'],
    [entry('offer', '1001 by longest idle (waited 3 s in phone).', { why: { waited_ms: 3000, rule: 'longest_idle' } }, 'system'), '派给 1001（空闲最久），已等候 3秒'],
    [entry('offer', 'offer withdrawn: caller_gone', { reason: 'caller_gone' }, 'system'), '撤回：来电人已挂机'],
    [entry('offer', 'offer failed: no_media', { reason: 'no_media' }, 'system'), '未接上：语音未接通'],
    [entry('offer', 'offer failed: no-answer', { reason: 'no-answer' }, 'system'), '未接上：无人应答'],
    [entry('offer', 'offer failed: carrier_21211', { reason: 'carrier_21211' }, 'system'), '未接上：未接通'],
    [entry('message', 'text sent: restoration', { message: 'restoration', words: '供电已恢复', status: 'delivered' }, 'system'), '已发送短信：供电已恢复 · 已送达'],
    [entry('message', 'text sent: done', { status: 'failed' }, 'caller'), '已发送短信 · 发送失败'],
    [entry('message', 'text sent: survey', {}, 'system'), '已发送短信'],
    [entry('message', 'told in the chat: arrived', { words: '抢修人员已到达现场' }, 'system'), '已在网聊中告知：抢修人员已到达现场'],
    [entry('transfer', 'warm transfer', { agent_no: '1002' }), '咨询转接：1002'],
    [entry('transfer', 'cold transfer', { queue: 'phone', note: '催办第三次' }), '直接转接：电话 · 催办第三次'],
    [entry('note', 'offline (connection_lost)', { state: 'offline', reason: 'connection_lost' }, 'system'), '离线 · 连接中断'],
    [entry('note', 'identity verified', { items: ['name', 'address'] }), '身份已核实：户名 · 用电地址'],
    [entry('note', 'sent 1 keys', { length: 1 }), '坐席按键'],
    [entry('note', 'outage_restored', {}), '停电已恢复'],
    [entry('note', 'not reached', { reason: 'busy' }), '外呼未接通 · 对方占线或拒接'],
    [entry('order', 'order_moved', { from: 'accepted', to: 'dispatched' }), '已受理 → 已派单'],
    [entry('order', 'order_opened', { type: 'fault', subject: '42' }), '建立工单 · 故障报修 · 42'],
    [entry('hangup', 'ended by agent', {}), '坐席挂机'],
    [entry('hangup', '', { said: 'status:completed' }, 'caller'), '来电人挂机'],
    [entry('hangup', '', { said: 'status:completed' }, 'system'), '热线道别，通话结束'],
    [entry('hangup', '', { said: 'reconciled' }, 'carrier'), '线路中断'],
    [entry('wrap_up', 'wrapped up: resolved', { disposition: 'resolved', note: '已解释' }), '已解决 · 已解释'],
  ])('%#', (given, told) => expect(toldOf(given, zh)).toBe(told))
  it('tells what was changed in an order, before and after', () => {
    const changes = { address: { before: null, after: '东山村***' }, level: { before: 'general', after: 'major' }, supervised: { before: false, after: true } }
    expect(toldOf(entry('order', 'order_amended', { changes }), zh)).toBe('修改工单\n地址：无 → 东山村***\n级别：一般 → 重大\n督办：否 → 是')
  })
  it('says who did not answer', () => expect(toldOf(entry('offer_expired', 'offer withdrawn: expired', { agent_no: '1002' }, 'system'), zh)).toBe('1002'))
  it('what was looked up again within a minute is one step', () => {
    const at = (second: number, each: ReturnType<typeof entry>) => ({ ...each, at: new Date(Date.UTC(2026, 2, 2, 2, 0, second)).toISOString() })
    const [customer, account] = [entry('lookup', '', { opened: 'customer' }), entry('lookup', '', { opened: 'account', account_no: '7' })]
    const told = steps([at(0, customer), at(1, account), at(9, customer), at(20, account), at(70, customer), at(71, entry('hold', 'on hold', {})), at(72, customer)], zh)
    expect(told.map(({ words, times }) => `${words} ${times}`)).toEqual(['查看客户档案 2', '查看户号 7 2', '查看客户档案 1', '保持 1', '查看客户档案 1'])
  })
  it('tells when a step was taken that the phone could tell only later', () => {
    const arrived = entry('order', 'order_moved', { from: 'en_route', to: 'arrived', device_at: Date.parse('2026-03-02T02:00:05Z') })
    expect(toldOf({ ...arrived, at: '2026-03-02T02:03:00Z' }, zh)).toMatch(/已到达 · 手机记录时间 \d\d:00:05$/)
    expect(toldOf({ ...arrived, at: '2026-03-02T02:00:06Z' }, zh)).toMatch(/已到达$/)
  })
  it.each([
    [entry('task', 'waits in web: caller_asked', { queue: 'web' }), '进入网络客服队列：客户要求人工'],
    [entry('offer', 'offer withdrawn: caller_gone', { reason: 'caller_gone' }, 'system'), '撤回：客户已离开'],
    [entry('hangup', 'ended by caller', {}, 'caller'), '客户结束会话'],
  ])('who writes is no caller: %#', (given, told) => expect(toldOf(given, zh, 'chat')).toBe(told))
})
