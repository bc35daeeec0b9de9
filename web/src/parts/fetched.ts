import { createContext, useCallback, useContext, useEffect, useState } from 'react'
import { api } from '../api/client'
import { useProblem } from './problem'

export interface Fetched<Reply> {
  data: Reply | null
  failed: string | null
  again(): void
}

/** Whatever was fetched below is fetched again when this value changes. */
export const Anew = createContext<unknown>(0)

/** A reply of the service for this address; null asks nothing. `stamp` (and `lang`) ask again when they change. */
export function useFetched<Reply>(address: string | null, stamp: unknown = 0, lang?: string): Fetched<Reply> {
  const { sentence } = useProblem()
  const [turn, setTurn] = useState(0)
  const anew = useContext(Anew)
  const [held, setHeld] = useState<{ address: string | null; data: Reply | null; failed: string | null }>({
    address, data: null, failed: null,
  })
  useEffect(() => {
    if (!address) return
    let wanted = true
    api.get<Reply>(address).then(
      (data) => wanted && setHeld({ address, data, failed: null }),
      (error: unknown) => wanted && setHeld({ address, data: null, failed: sentence(error) }),
    )
    return () => {
      wanted = false
    }
  }, [address, stamp, turn, lang, anew])
  const again = useCallback(() => setTurn((n) => n + 1), [])
  const current = held.address === address
  return { data: current ? held.data : null, failed: current ? held.failed : null, again }
}
