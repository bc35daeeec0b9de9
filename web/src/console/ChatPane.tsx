import { Button, Input } from 'antd'
import { useEffect, useRef } from 'react'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact, Message } from '../state/frames'
import type { Desk } from './desk'

/** A written conversation; what is being typed stays with its contact. */
export function ChatPane({ desk, contact }: { desk: Desk; contact: Contact }) {
  const { t, word, lang } = useSpeech()
  const { tell } = useProblem()
  const [text, setText, clear] = useDraft(`chat.${contact.contact_id}`, '')
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [contact.messages.length, contact.contact_id])

  async function send() {
    const words = text.trim()
    if (!words) return
    try {
      await desk.command('chat', { contact_id: contact.contact_id, text: words })
      clear()
    } catch (error) {
      tell(error)
    }
  }
  const line = (message: Message) => (
    <div key={message.message_id} className={message.from === 'agent' ? 'bubble mine' : 'bubble'}>
      <span className="small dim">{word('from', message.from)} <span className="num">{clockTime(lang, message.at, true)}</span></span>
      <p className="words">{message.text}</p>
    </div>
  )
  return (
    <section className="card pane" aria-label={t('story.messages')}>
      <div className="talk" role="log" aria-live="polite" tabIndex={0} aria-label={t('story.messages')}>
        {!contact.messages.length && <p className="empty">{t('chat.none')}</p>}
        {contact.messages.map(line)}
        <div ref={end} />
      </div>
      {contact.state !== 'wrapping' && (
        <form className="say" onSubmit={(event) => { event.preventDefault(); void send() }}>
          <Input.TextArea data-say aria-label={t('chat.label')} placeholder={t('chat.say')} value={text} rows={2} maxLength={2000}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send() }} />
          <Button type="primary" htmlType="submit" disabled={!text.trim()}>{t('common.send')}</Button>
        </form>
      )}
    </section>
  )
}
