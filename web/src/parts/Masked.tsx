import { useSpeech } from '../i18n'

export interface Shown {
  value: string | null | undefined
  masked: string | null | undefined
}

/** A value as far as it may be shown: what is masked looks so everywhere, and says when it opens. */
export function Masked({ value, masked }: Shown) {
  const { t } = useSpeech()
  if (value) return <>{value}</>
  if (!masked) return null
  return <span className="masked" title={t('pop.masked')}>{masked}</span>
}

/** A number as the service masks it: all but the country's first and the last digits. */
export function maskedPhone(phone: string): string {
  return /\d/.test(phone) ? `${phone.slice(0, Math.max(phone.length - 8, 0))}****${phone.slice(-4)}` : phone
}
