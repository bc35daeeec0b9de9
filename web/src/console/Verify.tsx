import { Button, Checkbox } from 'antd'
import type { Schemas } from '../api/client'
import { type Key, useSpeech } from '../i18n'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact } from '../state/frames'
import type { Desk } from './desk'

const NEEDED = 2
const ANSWER: Record<string, Key> = { name: 'pop.answer_is', address: 'pop.answer_has' }

interface Props {
  desk: Desk
  contact: Contact
  checks: readonly Schemas['CheckShape'][]
  accountNo: string
}

/** Checks with the caller: what to ask, and a part of the right answer. The rest the caller has to know. */
export function Verify({ desk, contact, checks, accountNo }: Props) {
  const { t, word } = useSpeech()
  const { tell } = useProblem()
  const [ticked, tick, clear] = useDraft<string[]>(`verify.${contact.contact_id}.${accountNo}`, [])
  async function submit() {
    try {
      await desk.command('verify', { contact_id: contact.contact_id, items: ticked, account_no: accountNo })
      clear()
    } catch (error) {
      tell(error)
    }
  }
  return (
    <section className="card" aria-label={t('pop.verify')}>
      <h2>{t('pop.verify')} <kbd>E</kbd></h2>
      <p className="dim small">{t('pop.verify_hint', { n: NEEDED })}</p>
      <ul className="checks" data-verify>
        {checks.map(({ item, parts }) => (
          <li key={item}>
            <Checkbox checked={ticked.includes(item)} aria-describedby={`check-${item}`} onChange={(event) => tick(event.target.checked ? [...ticked, item] : ticked.filter((each) => each !== item))}>
              {word('verify', item)}
            </Checkbox>
            <span id={`check-${item}`}>
              <span className="ask">{t(`ask.${item}` as Key)}</span>
              <span className="dim">{t(ANSWER[item] ?? 'pop.answer_ends')} <strong className="num">{parts.join(t('pop.answer_or'))}</strong></span>
            </span>
          </li>
        ))}
      </ul>
      <div className="row">
        <span className="dim small num">{t('pop.verify_count', { n: ticked.length, of: NEEDED })}</span>
        <Button className="push" type="primary" disabled={ticked.length < NEEDED} onClick={() => void submit()}>{t('pop.verify_submit')}</Button>
      </div>
    </section>
  )
}
