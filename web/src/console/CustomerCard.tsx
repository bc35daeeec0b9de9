import { Button, Input } from 'antd'
import { useState } from 'react'
import { api, type Page, path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime, kwh, yuan } from '../i18n/formats'
import { useFetched } from '../parts/fetched'
import { Masked } from '../parts/Masked'
import { useProblem } from '../parts/problem'
import type { Contact } from '../state/frames'
import type { Desk } from './desk'
import { learnedOf, newIn } from './Lists'
import { Verify } from './Verify'

interface Props {
  desk: Desk
  contact: Contact
  verifyItems: readonly string[]
  accountNo: string | null
  onAccount(accountNo: string): void
}

const OWED = ['open', 'partial']

/** Who this is: archive, accounts, bills. Address, phones and amounts are masked by the service until verified. */
export function CustomerCard({ desk, contact, verifyItems, accountNo, onAccount }: Props) {
  const { t, word, lang } = useSpeech()
  const known = contact.customer_no
  // What the contact does not name yet is opened with a reason.
  const reason = `?${new URLSearchParams({ reason: 'contact in hand' })}`
  const account = useFetched<Schemas['AccountShape']>(accountNo ? path('accounts', accountNo) + (accountNo === contact.account_no ? '' : reason) : null, contact.identity)
  const customerNo = known ?? account.data?.customer_no ?? null
  const customer = useFetched<Schemas['CustomerShape']>(customerNo ? path('customers', customerNo) + (known ? '' : reason) : null, contact.identity)
  const learned = learnedOf(newIn(contact.learned, accountNo), { t, word, lang })
  return (
    <div className="stack">
      {learned.length > 0 && (
        <section className="card" aria-label={t('pop.learned')}>
          <h2>{t('pop.learned')}</h2>
          <dl className="facts">
            {learned.map(([name, value]) => (
              <Fact key={name} name={name} value={value} />
            ))}
          </dl>
        </section>
      )}
      {[customer.failed, account.failed].map((failed) => failed && <p key={failed} className="banner bad" role="alert">{failed}</p>)}
      {customer.data && <Person customer={customer.data} chosen={accountNo} onAccount={onAccount} />}
      {contact.identity !== 'verified' && account.data?.checks && contact.state === 'connecting' && <p className="tag amber" role="status">{t('leg.not_yet')}</p>}
      {contact.identity !== 'verified' && account.data?.checks && !contact.asked_by && !['connecting', 'wrapping'].includes(contact.state) && (
        <Verify desk={desk} contact={contact} checks={account.data.checks.filter((each) => verifyItems.includes(each.item))} accountNo={account.data.account_no} />
      )}
      {account.data && <Account account={account.data} />}
      {!customerNo && <p className="dim">{t(contact.identity === 'hint' ? 'pop.several' : 'pop.no_customer')}</p>}
      {contact.identity !== 'verified' && <Find onUse={onAccount} />}
      {account.data?.as_of && <p className="dim small">{t('pop.as_of', { at: dayAndTime(lang, account.data.as_of) })}</p>}
    </div>
  )

  function Account({ account }: { account: Schemas['AccountShape'] }) {
    const cut = account.status !== 'active'
    return (
      <section className="card" aria-label={t('pop.account_no')}>
        <header>
          <h2 className="num">{t('pop.account_no')} {account.account_no}</h2>
          <span className={cut ? 'tag red' : 'tag green'}>{word('status', account.status)}</span>
          {account.in_arrears && <span className="tag amber">{t('pop.in_arrears')}</span>}
        </header>
        <dl className="facts">
          <Fact name={t('pop.address')} value={account.address} masked={account.address_masked} />
          <Fact name={t('pop.class')} value={`${word('class', account.user_class)} · ${word('prepay', account.prepay)}${account.area_name ? ` · ${account.area_name}` : ''}${account.area_type ? ` (${word('area', account.area_type)})` : ''}`} />
          <Fact name={t('pop.phones')} value={account.phones?.join('  ')} masked={account.phones_masked?.join('  ')} />
          <Fact name={t('pop.arrears')} value={!account.in_arrears ? t(account.bills.some((bill) => OWED.includes(bill.status)) ? 'pop.not_due' : 'pop.no_arrears') : account.arrears_fen != null ? yuan(lang, account.arrears_fen) : null} masked={account.arrears_fen_masked} />
        </dl>
        {account.bills.length > 0 && (
          <table className="plain num">
            <caption className="hidden">{t('pop.bills')}</caption>
            <thead><tr><th>{t('pop.month')}</th><th>{t('pop.kwh')}</th><th>{t('pop.amount')}</th><th>{t('pop.bill_state')}</th></tr></thead>
            <tbody>
              {account.bills.slice(0, 4).map((bill) => (
                <tr key={bill.month}>
                  <td>{bill.month}</td>
                  <td><Masked value={bill.kwh_hundredths != null ? kwh(lang, bill.kwh_hundredths) : null} masked={bill.kwh_hundredths_masked} /></td>
                  <td><Masked value={bill.amount_fen != null ? yuan(lang, bill.amount_fen) : null} masked={bill.amount_fen_masked} /></td>
                  <td>{word('bill', bill.status)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    )
  }
}

function Fact({ name, value, masked }: { name: string; value: string | null | undefined; masked?: string | null | undefined }) {
  if (!value && !masked) return null
  return (
    <>
      <dt>{name}</dt>
      <dd><Masked value={value} masked={masked} /></dd>
    </>
  )
}

function Person({ customer, chosen, onAccount }: { customer: Schemas['CustomerShape']; chosen: string | null; onAccount(no: string): void }) {
  const { t, word } = useSpeech()
  return (
    <section className="card" aria-label={t('pop.customer')}>
      <header>
        <h2>{customer.name}</h2>
        {customer.sensitive.map((kind) => <span key={kind} className="tag red">{word('sensitive', kind)}</span>)}
        {customer.do_not_call && <span className="tag amber">{t('pop.do_not_call')}</span>}
        <span className="dim small push num">{customer.customer_no}</span>
      </header>
      {customer.accounts.length > 1 && (
        <div className="row" role="group" aria-label={t('pop.accounts')} data-accounts data-unchosen={chosen ? undefined : ''}>
          {customer.accounts.map((account) => (
            <Button key={account.account_no} size="small" type={account.account_no === chosen ? 'primary' : 'default'} aria-pressed={account.account_no === chosen} onClick={() => onAccount(account.account_no)}>
              <span className="num">{account.account_no}</span>
            </Button>
          ))}
        </div>
      )}
      <p className="dim"><Masked value={customer.address} masked={customer.address_masked} /></p>
    </section>
  )
}

function Find({ onUse }: { onUse(accountNo: string): void }) {
  const { t } = useSpeech()
  const { tell } = useProblem()
  const [q, setQ] = useState('')
  const [found, setFound] = useState<Schemas['CustomerBrief'][] | null>(null)
  const [opened, setOpened] = useState<Schemas['CustomerShape'] | null>(null)
  async function find() {
    if (!q.trim()) return
    try {
      setOpened(null)
      setFound((await api.get<Page<Schemas['CustomerBrief']>>('/api/customers', { q: q.trim(), limit: 8 })).items)
    } catch (error) {
      tell(error)
    }
  }
  async function open(customerNo: string) {
    try {
      const customer = await api.get<Schemas['CustomerShape']>(path('customers', customerNo), { reason: 'contact in hand' })
      const meant = customer.accounts.length === 1 ? customer.accounts[0] : customer.accounts.find((each) => each.account_no === q.trim())
      if (meant) {
        setFound(null)
        onUse(meant.account_no)
      } else setOpened(customer)
    } catch (error) {
      tell(error)
    }
  }
  return (
    <section className="card" aria-label={t('pop.find')}>
      <form className="row" onSubmit={(event) => { event.preventDefault(); void find() }}>
        <Input className="grow" aria-label={t('pop.find')} placeholder={t('pop.find')} value={q} onChange={(event) => setQ(event.target.value)} allowClear />
        <Button htmlType="submit">{t('common.search')}</Button>
      </form>
      {found && !found.length && <p className="empty">{t('pop.no_customer')}</p>}
      {found && !opened && found.map((customer) => (
        <p key={customer.customer_no} className="row found">
          <span>{customer.name}</span><span className="dim small num">{customer.customer_no}</span><span className="dim small"><Masked value={null} masked={customer.address_masked} /></span>
          <Button className="push" size="small" onClick={() => void open(customer.customer_no)}>{t('pop.use')}</Button>
        </p>
      ))}
      {opened?.accounts.map((account) => (
        <p key={account.account_no} className="row found">
          <span className="num">{account.account_no}</span><span className="dim small"><Masked value={account.address} masked={account.address_masked} /></span>
          <Button className="push" size="small" onClick={() => { setFound(null); setOpened(null); onUse(account.account_no) }}>{t('pop.use')}</Button>
        </p>
      ))}
    </section>
  )
}
