import { useState } from 'react'
import { path, type Schemas } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime, length } from '../i18n/formats'

interface Props {
  recordingId: string
  /** What is known of it; a recording of an order comes by its id alone. */
  about?: Schemas['RecordingShape']
  onHeard?(): void
}

/** A recording with its player; whether the sound cannot be had is said. */
export function Player({ recordingId, about, onHeard }: Props) {
  const { t, word, lang } = useSpeech()
  const [silent, setSilent] = useState(false)
  const ready = !about || about.state === 'completed'
  return (
    <div className="row player" data-recording={recordingId}>
      <span>{word('purpose', about?.purpose ?? 'caller')}{about ? ` ${dayAndTime(lang, about.at)} · ${t('story.duration', { t: length(lang, about.duration_s) })}` : ''}</span>
      {about?.heard_at && <span className="tag">{t('story.heard')}{about.heard_by ? ` ${about.heard_by}` : ''}</span>}
      {ready ? (
        <audio controls preload="none" src={path('recordings', recordingId)} aria-label={t('story.recordings')} onEnded={onHeard} onError={() => setSilent(true)} onPlaying={() => setSilent(false)} />
      ) : <span className="dim">{t('error.recording_not_ready')}</span>}
      {silent && <span className="tag red" role="alert">{t('error.recording_unavailable')}</span>}
    </div>
  )
}
