import { useEffect, useRef } from 'react'
import type { Key } from '../i18n'

export interface KeyAction {
  key: string
  label: Key
  run: (() => void) | null
}

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable], [role="combobox"], [role="listbox"]'))
}

/** One key for each action: alone, or with Alt while somebody is typing. Nothing while a dialogue is open. */
export function useKeys(actions: readonly KeyAction[]): void {
  const held = useRef(actions)
  held.current = actions
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.repeat || event.isComposing) return
      if (!event.altKey && typing(event.target)) return
      if (document.querySelector('[role="dialog"]')) return
      const key = event.altKey && event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key.toLowerCase()
      const action = held.current.find((each) => each.key === key)
      if (!action?.run) return
      event.preventDefault()
      action.run()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
