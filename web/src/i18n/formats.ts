import { type Lang, translate } from '.'

/** A length in seconds, as people say it. */
export function length(of: Lang, seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return translate(of, 'time.s', { n: s })
  const minutes = Math.floor(s / 60)
  if (minutes >= DAYS_FROM_MIN) return inDays(of, minutes)
  if (minutes < 10 && s % 60) return translate(of, 'time.min_s', { m: minutes, s: s % 60 })
  if (minutes < 60) return translate(of, 'time.min', { n: minutes })
  const m = minutes % 60
  if (!m) return translate(of, 'time.h', { n: minutes / 60 })
  return translate(of, 'time.h_min', { h: Math.floor(minutes / 60), m })
}

const DAYS_FROM_MIN = 48 * 60

function inDays(of: Lang, minutes: number): string {
  const [d, h] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  return h ? translate(of, 'time.d_h', { d, h }) : translate(of, 'time.d', { n: d })
}

/** A running timer: `3:07`, `1:02:09`. */
export function timer(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)]
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}

/** The time zone of the service, in which every page shows times; until it is known that of the browser. */
let zone: string | undefined

export function useZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    zone = name
  } catch {
    zone = undefined
  }
}

/** An instant in the service's time zone, with these parts of it. */
function told(of: string, at: Date, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(of, { ...parts, ...(zone && { timeZone: zone }) }).format(at)
}

/** The day there, as `2026-11-22`. */
export function dayOf(at: Date): string {
  return told('sv-SE', at, { year: 'numeric', month: '2-digit', day: '2-digit' })
}

export function today(): string {
  return dayOf(new Date())
}

export function yesterday(): string {
  return dayOf(new Date(Date.now() - 86_400_000))
}

export function clockTime(of: string, iso: string | null | undefined, seconds = false): string {
  if (!iso) return ''
  const parts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return told(of, new Date(iso), seconds ? { ...parts, second: '2-digit' } : parts)
}

export function dayAndTime(of: Lang, iso: string | null | undefined): string {
  if (!iso) return ''
  const at = new Date(iso)
  if (dayOf(at) === today()) return clockTime(of, iso)
  return `${told(of, at, { month: 'numeric', day: 'numeric' })} ${clockTime(of, iso)}`
}

/** Fen as yuan. */
export function yuan(of: Lang, fen: number): string {
  const text = new Intl.NumberFormat(of, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(fen / 100)
  return of === 'en' ? `¥${text}` : `${text}元`
}

/** Hundredths of a kWh. */
export function kwh(of: Lang, hundredths: number): string {
  return new Intl.NumberFormat(of, { maximumFractionDigits: 2 }).format(hundredths / 100)
}

/** Kilometres between two places on earth. */
export function kilometres(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const rad = Math.PI / 180
  const dLat = (b.lat - a.lat) * rad
  const dLon = (b.lon - a.lon) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLon / 2) ** 2
  return 12_742 * Math.asin(Math.sqrt(h))
}
