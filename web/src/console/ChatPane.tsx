import { Button, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import { useAtEnd } from '../parts/atEnd'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact, Message } from '../state/frames'
import type { Desk } from './desk'
import { Phrases } from './Phrases'

/** Enter sends everywhere; while an input method is composing it only chooses the word. */
export function isSending(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing
}

/** Which of the choices under this line the customer's next one took; null = words of their own, or nothing yet. */
export function takenOf(messages: readonly Message[], message: Message): string | null {
  const next = messages.slice(messages.indexOf(message) + 1).find((each) => each.from !== 'agent')
  return next?.from === 'customer' && message.choices?.includes(next.text) ? next.text : null
}

/** Whether this agent wrote it; of older lines it is not known who did. */
export function isMine(message: Message, me: string | null): boolean {
  return message.from === 'agent' && (!message.by || message.by.agent_no === me)
}

/** A written conversation; what is being typed stays with its contact. */
export function ChatPane({ desk, contact, me }: { desk: Desk; contact: Contact; me: string | null }) {
  const { t, word, lang } = useSpeech()
  const { tell } = useProblem()
  const [text, setText, clear] = useDraft(`chat.${contact.contact_id}`, '')
  const [choosing, setChoosing] = useState(false)
  const lines = useAtEnd(`${contact.contact_id} ${contact.messages.length}`)
  const input = useRef<TextAreaRef>(null)

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
    <div key={message.message_id} className={isMine(message, me) ? 'bubble mine' : message.hazard ? 'bubble hazardous' : 'bubble'} data-hazard={message.hazard}>
      <span className="small dim">{message.by && !isMine(message, me) ? <span data-by={message.by.agent_no}>{message.by.agent_no} {message.by.name}</span> : word('from', message.from)} <span className="num">{clockTime(lang, message.at, true)}</span>{message.hazard && <> <span className="tag red">{t('danger.mark')}</span></>}</span>
      <p className="words">{message.text}</p>
      {message.choices && message.choices.length > 0 && <Choices labels={message.choices} taken={takenOf(contact.messages, message)} />}
    </div>
  )
  return (
    <section className="card pane" aria-label={t('story.messages')}>
      <div ref={lines} className="talk" role="log" aria-live="polite" tabIndex={0} aria-label={t('story.messages')}>
        {!contact.messages.length && <p className="empty">{t('chat.none')}</p>}
        {contact.messages.map(line)}
      </div>
      {contact.state !== 'wrapping' && (
        <div className="saying">
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
        </div>
      )}
    </section>
  )
}

/** The buttons that the customer was offered, as read here: nothing to be pressed. */
function Choices({ labels, taken }: { labels: readonly string[]; taken: string | null }) {
  const { t } = useSpeech()
  return (
    <ul className="offered-choices" aria-label={t('chat.choices')}>
      {labels.map((label) => (
        <li key={label} className={label === taken ? 'tag green' : 'tag'}>{label === taken && <>✓ <span className="hidden">{t('chat.taken')} </span></>}{label}</li>
      ))}
    </ul>
  )
}
