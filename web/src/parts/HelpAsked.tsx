import { useSpeech } from '../i18n'
import { clockTime } from '../i18n/formats'
import type { Help } from '../state/frames'

/** Help that was asked for: still to be heard, or who has heard it and what they say. */
export function HelpAsked({ help }: { help: Help | null | undefined }) {
  const { t, lang } = useSpeech()
  if (!help) return null
  const { heard_by: by, heard_at, note } = help
  return (
    <div className={by ? 'banner note' : 'banner'} role="status" data-help={by ? 'heard' : 'asked'}>
      {by ? t('call.help_heard', { who: `${by.agent_no} ${by.name ?? ''}`.trim(), at: clockTime(lang, heard_at) }) : t('call.help_asked', { at: clockTime(lang, help.at) })}
      {by && note && <strong className="words">{note}</strong>}
    </div>
  )
}
