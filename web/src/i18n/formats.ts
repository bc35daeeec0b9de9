import { type Lang, translate } from '.'

/** A length in seconds, as people say it. */
export function length(of: Lang, seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return translate(of, 'time.s', { n: s })
  const minutes = Math.floor(s / 60)
  if (minutes < 10 && s % 60) return translate(of, 'time.min_s', { m: minutes, s: s % 60 })
  if (minutes < 60) return translate(of, 'time.min', { n: minutes })
  const m = minutes % 60
  if (!m) return translate(of, 'time.h', { n: minutes / 60 })
  return translate(of, 'time.h_min', { h: Math.floor(minutes / 60), m })
}

/** A running timer: `3:07`, `1:02:09`. */
export function timer(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)]
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}

export function clockTime(of: Lang, iso: string | null | undefined, seconds = false): string {
  if (!iso) return ''
  const parts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return new Intl.DateTimeFormat(of, seconds ? { ...parts, second: '2-digit' } : parts).format(new Date(iso))
}

export function dayAndTime(of: Lang, iso: string | null | undefined): string {
  if (!iso) return ''
  const at = new Date(iso)
  const today = at.toDateString() === new Date().toDateString()
  if (today) return clockTime(of, iso)
  const day = new Intl.DateTimeFormat(of, { month: 'numeric', day: 'numeric' }).format(at)
  return `${day} ${clockTime(of, iso)}`
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
