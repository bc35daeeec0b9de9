import { Button, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact, Message } from '../state/frames'
import type { Desk } from './desk'
import { Phrases } from './Phrases'

/** Enter sends everywhere; while an input method is composing it only chooses the word. */
export function isSending(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing
}

/** A written conversation; what is being typed stays with its contact. */
export function ChatPane({ desk, contact }: { desk: Desk; contact: Contact }) {
  const { t, word, lang } = useSpeech()
  const { tell } = useProblem()
  const [text, setText, clear] = useDraft(`chat.${contact.contact_id}`, '')
  const [choosing, setChoosing] = useState(false)
  const end = useRef<HTMLDivElement>(null)
  const input = useRef<TextAreaRef>(null)
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
  function close(phrase?: string) {
    setChoosing(false)
    if (phrase) setText(text.trim() ? `${text.trimEnd()}\n${phrase}` : phrase)
    setTimeout(() => input.current?.focus(), 0)
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
        <>
          {choosing && <Phrases lang={contact.lang} onChoose={close} onClose={() => close()} />}
          <form className="say" onSubmit={(event) => { event.preventDefault(); void send() }}>
            <Input.TextArea ref={input} data-say aria-label={t('chat.label')} aria-describedby="say-hint" placeholder={t('chat.say')} value={text} rows={2} maxLength={2000}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === '/' && !text) {
                  event.preventDefault()
                  setChoosing(true)
                }
                if (!isSending(event)) return
                event.preventDefault()
                void send()
              }} />
            <Button data-phrases aria-expanded={choosing} onClick={() => (choosing ? close() : setChoosing(true))}>{t('chat.canned')} <kbd>P</kbd></Button>
            <Button type="primary" htmlType="submit" disabled={!text.trim()}>{t('common.send')}</Button>
          </form>
          <p id="say-hint" className="dim small">{t('chat.hint')}</p>
        </>
      )}
    </section>
  )
}
