import { api, path, type Schemas } from '../api/client'
import type { Contact, Order } from '../state/frames'

/** Where an order still waits for somebody to send it out. */
const SENDABLE = ['accepted', 'returned', 'reopened', 'suspended', 'rejected']

export function isSendable(order: Pick<Schemas['OrderShape'], 'type' | 'state' | 'to_listen'>): boolean {
  return order.type === 'fault' && SENDABLE.includes(order.state) && !order.to_listen
}

/** Whether somebody could be sent there. */
export function isPlaced(order: Pick<Schemas['OrderShape'], 'address' | 'address_masked' | 'area_code'>): boolean {
  return Boolean(order.address ?? order.address_masked ?? order.area_code)
}

/** Have a crew asked; a place that was just told goes into the order before. What waits to be heard is sent out by that (`heard`). */
export async function sendToCrew(orderNo: string, place = '', heard = false): Promise<void> {
  if (heard) {
    await api.patch(path('work-orders', orderNo), { ...(place.trim() && { address: place.trim() }), to_listen: false })
    return
  }
  if (place.trim()) await api.patch(path('work-orders', orderNo), { address: place.trim() })
  await api.post(path('work-orders', orderNo, 'transitions'), { to: 'dispatched', note: '' }, crypto.randomUUID())
}

/** Danger of this contact that no crew has taken. */
export function withoutCrew(contact: Pick<Contact, 'contact_id' | 'order_no' | 'danger'>, orders: readonly Order[]): Order[] {
  const ours = (order: Order) => order.contact_id === contact.contact_id || [contact.order_no, contact.danger?.order_no].includes(order.order_no)
  return orders.filter((order) => order.crew_asked !== undefined && !order.crew_no && !order.ended_at && ours(order) && (order.crew_asked || [...SENDABLE, 'dispatched'].includes(order.state)))
}
