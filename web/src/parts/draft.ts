import { useCallback, useState } from 'react'

/** What somebody is typing, kept through a reload of this window until it is sent. */
export function useDraft<Value>(name: string | null, empty: Value): [Value, (value: Value) => void, () => void] {
  const key = name && `hotline.draft.${name}`
  const read = useCallback((): Value => {
    const kept = key ? sessionStorage.getItem(key) : null
    if (!kept) return empty
    try {
      return JSON.parse(kept) as Value
    } catch {
      return empty
    }
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
