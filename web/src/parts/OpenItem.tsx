import { path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { Clocks } from './Clocks'
import { useFetched } from './fetched'

/** An order that goes on, as people would name it: what it is, how far it is, what is still promised. */
export function OpenItem({ orderNo }: { orderNo: string }) {
  const { word } = useSpeech()
  const { data: order } = useFetched<Schemas['OrderShape']>(path('work-orders', orderNo))
  return (
    <div className="grow">
      <div className="row">
        <span className="num">{orderNo}</span>
        {order && <span>{word('type', order.type)}{order.subtype ? ` · ${word('subtype', order.subtype)}` : ''}</span>}
        {order && <span className="tag blue">{word('order', order.state)}</span>}
        {order && <Clocks clocks={order.clocks} />}
      </div>
      {order && <p className="dim small one-line">{order.description}</p>}
    </div>
  )
}
