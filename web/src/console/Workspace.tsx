import { Tabs } from 'antd'
import { type Ref, useImperativeHandle, useState } from 'react'
import { path } from '../api/client'
import { useSpeech } from '../i18n'
import { Timeline } from '../parts/Timeline'
import type { Contact, Snapshot } from '../state/frames'
import { CallBar, type CallActions } from './CallBar'
import { ChatPane } from './ChatPane'
import { CustomerCard } from './CustomerCard'
import type { Desk } from './desk'
import { Knowledge } from './Knowledge'
import { LegPane } from './LegPane'
import { isCall } from './Lists'
import { NoCrew } from './NoCrew'
import { OrderForm } from './OrderForm'
import { OrderList } from './Orders'
import { withoutCrew } from './sending'
import { ContactStory } from './Today'
import { type Finished, WrapUp } from './WrapUp'

export interface WorkspaceHandle {
  show(tab: string): void
}
interface Props {
  desk: Desk
  shown: Snapshot
  contact: Contact
  actions: CallActions
  usable: boolean
  onDial: ((fields: Record<string, string>) => void) | null
  onFinished(by: Finished | null): void
  ref: Ref<WorkspaceHandle>
}

/** The order that this agent has opened for the contact; a page that was loaded again learns it from what is shown. */
export function openedIn(contact: Pick<Contact, 'contact_id'>, shown: Pick<Snapshot, 'orders' | 'agent'>): string | null {
  const own = shown.orders.filter((order) => order.contact_id === contact.contact_id && order.opened_by && order.opened_by === shown.agent?.agent_no)
  return own.at(-1)?.order_no ?? null
}

/** The contact that is open: the call or chat on the left, what is known and to be done on the right. */
export function Workspace({ desk, shown, contact, actions, usable, onDial, onFinished, ref }: Props) {
  const { t } = useSpeech()
  const matter = contact.contact_id.startsWith('order:')
  const [tab, setTab] = useState(matter ? 'knowledge' : 'customer')
  const [account, setAccount] = useState<string | null>(null)
  const [justOpened, setOpened] = useState<string | null>(null)
  useImperativeHandle(ref, () => ({ show: setTab }))
  const accountNo = account ?? contact.account_no
  const orders = shown.orders.filter((order) => order.order_no === contact.order_no || order.contact_id === contact.contact_id || (accountNo && order.account_no === accountNo))
  const opened = justOpened ?? openedIn(contact, shown)
  const written = !matter && !isCall(contact)
  const insert = (text: string) => {
    const input = document.querySelector<HTMLTextAreaElement>('textarea[data-say]')
    if (!input) return
    const put = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set
    put?.call(input, input.value ? `${input.value}\n${text}` : text)
    input.dispatchEvent(new Event('input', { bubbles: true }))
    input.focus()
  }
  const news = tab === 'story' ? `${contact.rev} ${contact.messages.length} ${orders.map((order) => order.rev).join()}` : ''
  const find = (orderNo: string) => {
    setTab('orders')
    setTimeout(() => document.querySelector<HTMLElement>(`[data-order-no="${orderNo}"] button.link`)?.focus(), 50)
  }
  const customer = <CustomerCard desk={desk} contact={contact} verifyItems={shown.verify_items} accountNo={accountNo} onAccount={setAccount} />
  const ordersPane = (
    <div className="stack">
      <OrderForm contact={contact} accountNo={accountNo} onOpened={setOpened} />
      <OrderList orders={orders} accountNo={accountNo} contactId={contact.contact_id} stamp={opened ?? ''} onDial={onDial && ((order_no) => onDial({ order_no }))} />
    </div>
  )
  return (
    <div className="workspace">
      <div className="stack main-column">
        <CallBar desk={desk} contact={contact} actions={actions} />
        {withoutCrew(contact, shown.orders).map((order) => <NoCrew key={order.order_no} order={order} disabled={!usable} onOpen={matter ? null : () => find(order.order_no)} />)}
        {written ? <ChatPane desk={desk} contact={contact} me={shown.agent?.agent_no ?? null} /> : matter ? <div className="stack"><OrderList orders={orders} accountNo={null} opened={contact.order_no} onDial={onDial && ((order_no) => onDial({ order_no }))} /></div> : <LegPane desk={desk} contact={contact} />}
        <WrapUp desk={desk} contact={contact} dispositions={shown.dispositions} orderNo={opened} onFinished={onFinished} onOrder={() => { setTab('orders'); setTimeout(() => document.querySelector<HTMLElement>('[data-order]')?.focus(), 50) }} />
      </div>
      <aside className="side-column" aria-label={t('pop.customer')}>
        <Tabs activeKey={tab} onChange={setTab} size="small" tabBarGutter={20} items={[
          ...(matter ? [] : [{ key: 'customer', label: t('pop.customer'), children: customer }]),
          ...(matter ? [] : [{ key: 'orders', label: `${t('pop.orders')}${orders.length ? ` ${orders.length}` : ''}`, children: ordersPane }]),
          ...(matter ? [] : [{ key: 'story', label: t('pop.story'), children: <ContactStory contactId={contact.contact_id} stamp={news} /> }]),
          ...(contact.customer_no ? [{ key: 'history', label: t('pop.history'), children: <Timeline address={path('customers', contact.customer_no, 'timeline')} /> }] : []),
          { key: 'knowledge', label: t('pop.knowledge'), children: <Knowledge onUse={written ? insert : null} /> },
        ]} />
      </aside>
    </div>
  )
}
