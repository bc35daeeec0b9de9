import { Button } from 'antd'
import { useState } from 'react'
import { useSpeech } from '../i18n'

/** Asks for notifications by a click; gone once the browser has an answer. */
export function AlertsButton() {
  const { t } = useSpeech()
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'))
  if (permission !== 'default') return null
  return <Button size="small" onClick={() => void Notification.requestPermission().then(setPermission)}>{t('alerts.ask')}</Button>
}
