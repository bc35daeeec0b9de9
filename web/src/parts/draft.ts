import { useCallback, useState } from 'react'

const nameOf = (name: string) => `hotline.draft.${name}`

/** What was typed under this name and not sent, wherever it was typed. */
export function unsent<Value>(name: string): Partial<Value> | null {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(name)) ?? 'null') as Partial<Value> | null
  } catch {
    return null
  }
}

/** What somebody is typing, kept through a reload of this window until it is sent. */
export function useDraft<Value>(name: string | null, empty: Value): [Value, (value: Value) => void, () => void] {
  const key = name && nameOf(name)
  const read = useCallback((): Value => {
    return (name ? (unsent<Value>(name) as Value | null) : null) ?? empty
  }, [key])
  const [shown, setShown] = useState({ key, value: read() })
  let value = shown.value
  if (shown.key !== key) {
    value = read()
    setShown({ key, value })
  }
  const write = (next: Value) => {
    if (key) sessionStorage.setItem(key, JSON.stringify(next))
    setShown({ key, value: next })
  }
  const clear = () => {
    if (key) sessionStorage.removeItem(key)
    setShown({ key, value: empty })
  }
  return [value, write, clear]
}
