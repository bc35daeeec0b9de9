import { useEffect } from 'react'

/** Where the keyboard stands when what had the focus is gone: at what is open now, not at the top of the page. */
export function focusPlace(): void {
  setTimeout(() => {
    const nowhere = !document.activeElement || document.activeElement === document.body
    if (nowhere) document.querySelector<HTMLElement>('[data-place]')?.focus({ preventScroll: true })
  }, 50)
}

/** Move there whenever something else is open. */
export function usePlace(openId: string | null): void {
  useEffect(focusPlace, [openId])
}
