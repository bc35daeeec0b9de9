import { useEffect, useState } from 'react'

/** The time in milliseconds, anew every second. */
export function useNow(every_ms = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), every_ms)
    return () => clearInterval(ticking)
  }, [every_ms])
  return now
}

export function secondsSince(iso: string | null | undefined, now: number): number {
  return iso ? (now - Date.parse(iso)) / 1000 : 0
}
