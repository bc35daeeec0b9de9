import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useSpeech } from '../i18n'
import { timer } from '../i18n/formats'
import { secondsSince, useNow } from '../parts/now'
import { useProblem } from '../parts/problem'
import type { Contact } from '../state/frames'

/** A call that the hotline makes between the crew's own phone and the customer. Nothing is to be wrapped up on site. */
export function CallStrip({ call, onHangUp, onDone }: { call: Contact; onHangUp(): void; onDone(): void }) {
  const { t } = useSpeech()
  const { say } = useProblem()
  const now = useNow()
  const talked = useRef(false)
  if (call.state === 'talking') talked.current = true
  useEffect(() => {
    if (call.state === 'wrapping') onDone()
  }, [call.state])
  useEffect(() => () => {
    if (!talked.current) say(t('field.not_reached'))
  }, [])
  if (call.state === 'wrapping') return null
  return (
    <section className="card call-strip" aria-label={t('field.in_call')} data-call={call.state}>
      <strong>{call.state === 'talking' ? t('field.in_call') : t('field.calling')}</strong>
      {call.state === 'talking' && <span className="num">{timer(secondsSince(call.since, now))}</span>}
      {call.state === 'talking' && <Button danger onClick={onHangUp}>{t('call.hang_up')}</Button>}
    </section>
  )
}
