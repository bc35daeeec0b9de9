import { useEffect } from 'react'
import { useSpeech } from '../i18n'

/** Sound, title and notification while something rings. Browsers allow sound only after a first click or key. */
let context: AudioContext | null = null
let ringing: ReturnType<typeof setInterval> | null = null
let flashing: ReturnType<typeof setInterval> | null = null
let title = ''
let shown: Notification | null = null

function wake(): void {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
}

function wakeSoundOnFirstGesture(): void {
  for (const gesture of ['pointerdown', 'keydown'] as const) addEventListener(gesture, wake, { once: true, passive: true })
}

function tone(at: number, hertz: number): void {
  if (!context) return
  const [sound, volume] = [context.createOscillator(), context.createGain()]
  sound.frequency.value = hertz
  volume.gain.setValueAtTime(0.0001, at)
  volume.gain.exponentialRampToValueAtTime(0.2, at + 0.03)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35)
  sound.connect(volume).connect(context.destination)
  sound.start(at)
  sound.stop(at + 0.4)
}

function ring(urgent: boolean): void {
  if (context?.state !== 'running') return
  const at = context.currentTime
  tone(at, urgent ? 990 : 660)
  tone(at + 0.4, urgent ? 1320 : 880)
}

function startRinging(words: string, detail: string, urgent: boolean): void {
  title = document.title
  ring(urgent)
  ringing = setInterval(() => ring(urgent), urgent ? 1200 : 2000)
  let on = false
  flashing = setInterval(() => {
    on = !on
    document.title = on ? `● ${words}` : title
  }, 700)
  if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    shown = new Notification(words, { body: detail, tag: 'hotline-offer' })
    shown.onclick = () => window.focus()
  }
}

function stopRinging(): void {
  if (ringing) clearInterval(ringing)
  if (flashing) clearInterval(flashing)
  if (flashing) document.title = title
  ringing = flashing = null
  shown?.close()
  shown = null
}

/** An offer that asks for its agent's ear; `detail` stands in the notification. */
export interface Ringing {
  id: string
  detail: string
  urgent: boolean
}

/** Rings for as long as there is something that does. */
export function useRinging(ringing: Ringing | null): void {
  const { t } = useSpeech()
  useEffect(wakeSoundOnFirstGesture, [])
  useEffect(() => {
    if (!ringing) return
    startRinging(t('offer.title'), ringing.detail, ringing.urgent)
    return stopRinging
  }, [ringing?.id, ringing?.urgent])
}
