import { App } from 'antd'
import { Refusal } from '../api/client'
import { type Key, texts, useSpeech } from '../i18n'
import { CommandRefused } from '../live/socket'

/** What went wrong, as a sentence for people: by its stable code, else by the service's own words. */
export function useProblem() {
  const { t } = useSpeech()
  const { message } = App.useApp()
  function sentence(error: unknown): string {
    if (!(error instanceof Refusal || error instanceof CommandRefused)) return t('error.internal_error')
    const key = `error.${error.code}`
    if (key in texts['zh-CN']) return t(key as Key)
    return t('error.other', { detail: error.message || error.code })
  }
  return {
    sentence,
    tell(error: unknown): void {
      if (error instanceof DOMException && error.name === 'AbortError') return
      void message.error(sentence(error))
    },
    say(text: string): void {
      void message.success(text)
    },
  }
}
