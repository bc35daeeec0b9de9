import { Modal, type ModalProps } from 'antd'
import { useRef } from 'react'

const FIRST = ['[data-first]', 'input:checked', 'input', 'textarea', 'button']

/** A dialogue that begins at its first field: what is typed at once goes there. */
export function Dialog({ children, ...props }: Omit<ModalProps, 'open'>) {
  const body = useRef<HTMLDivElement>(null)
  const begin = () => {
    for (const selector of FIRST) {
      const found = body.current?.querySelector<HTMLElement>(selector)
      if (found) return found.focus()
    }
  }
  return (
    <Modal {...props} open afterOpenChange={(open) => open && begin()}>
      <div ref={body}>{children}</div>
    </Modal>
  )
}
