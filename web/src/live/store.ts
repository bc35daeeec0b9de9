import { useSyncExternalStore } from 'react'

/** A value that components follow. */
export class Store<Value> {
  private listeners = new Set<() => void>()

  constructor(private value: Value) {}

  readonly get = (): Value => this.value

  set(value: Value): void {
    if (Object.is(value, this.value)) return
    this.value = value
    this.listeners.forEach((listener) => listener())
  }

  update(change: (value: Value) => Value): void {
    this.set(change(this.value))
  }

  readonly follow = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.follow, store.get)
}
