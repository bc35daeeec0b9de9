import { type RefObject, useEffect, useRef } from 'react'

const NEAR_PX = 40

/** For a list that grows at its end: there it stays when something comes, or when the room for it changes. */
export function useAtEnd(stamp: unknown): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const list = box.current
    if (!list) return
    let atEnd = true
    let height = list.clientHeight
    // A scroll that is told after the room has changed was none of the reader's.
    const look = () => {
      if (list.clientHeight === height) atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX
    }
    const watching = new ResizeObserver(() => {
      height = list.clientHeight
      if (atEnd) list.scrollTo({ top: list.scrollHeight })
    })
    list.addEventListener('scroll', look)
    watching.observe(list)
    return () => {
      list.removeEventListener('scroll', look)
      watching.disconnect()
    }
  }, [])
  useEffect(() => void box.current?.scrollTo({ top: box.current.scrollHeight }), [stamp])
  return box
}
