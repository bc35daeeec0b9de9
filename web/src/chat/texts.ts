export const chatTexts = {
  'zh-CN': {
    title: '在线客服', open: '在线客服', close: '收起', placeholder: '请输入…', send: '发送', end: '结束会话', again: '重新开始',
    lost: '网络已断开，正在重连…', connecting: '正在连接…', ended: '会话已结束。', log: '会话内容', agent: '客服 {name} 为您服务', emergency: '如遇断线、触电、冒火，请远离现场并立即告知。',
    next: '您是下一位，请稍候。', ahead: '前面还有 {n} 位，请稍候。', estimate: '预计等候 {from} 至 {to} 分钟。', wait: '正在为您转接人工，请稍候。',
    failed: '没有发送成功，请重试。', you: '我', hotline: '热线', staff: '人工客服', sending: '发送中', busy: '当前会话过多，请稍后再试或拨打热线电话。如有触电、断线、起火等危险，请直接写下，立即受理。', end_ask: '确定结束会话？', yes: '确定', no: '取消',
  },
  en: {
    title: 'Chat with us', open: 'Chat', close: 'Minimise', placeholder: 'Type here…', send: 'Send', end: 'End the chat', again: 'Start again',
    lost: 'Connection lost, reconnecting…', connecting: 'Connecting…', ended: 'The chat has ended.', log: 'Conversation', agent: '{name} is with you', emergency: 'A wire down, shock or fire: keep away and tell us at once.',
    next: 'You are next.', ahead: '{n} ahead of you.', estimate: 'The wait is about {from} to {to} minutes.', wait: 'Connecting you with a person.',
    failed: 'Not sent. Try again.', you: 'Me', hotline: 'Hotline', staff: 'Agent', sending: 'sending', busy: 'Too many conversations now. Try again later or call the hotline. In danger (shock, wire down, fire) write it here: it is heard at once.', end_ask: 'End the chat?', yes: 'End', no: 'Cancel',
  },
} as const
export type ChatLang = keyof typeof chatTexts
export type ChatKey = keyof (typeof chatTexts)['en']
