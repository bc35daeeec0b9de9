import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { api, path } from '../api/client'
import { useSpeech } from '../i18n'
import { dayAndTime } from '../i18n/formats'
import { useProblem } from '../parts/problem'
import type { Warning } from '../state/frames'
import type { DrillOf } from './Drill'

const LEVELS = ['red', 'orange', 'yellow', 'blue']
const SHAPE: Record<string, string> = { red: '■', orange: '▲', yellow: '◆', blue: '●' }

export function WarningsPanel({ warnings, mayAcknowledge, onDrill }: { warnings: readonly Warning[]; mayAcknowledge: boolean; onDrill(of: DrillOf): void }) {
  const { t, word, lang } = useSpeech()
  const { tell, say } = useProblem()
  const [chosen, choose] = useState<Warning | null>(null)
  const [note, setNote] = useState('')
  const sorted = [...warnings].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || (a.at < b.at ? 1 : -1))

  async function acknowledge() {
    if (!chosen) return
    try {
      await api.post(path('warnings', chosen.warning_id, 'acknowledge'), { note: note.trim() }, crypto.randomUUID())
      choose(null)
      setNote('')
      say(t('board.acknowledged'))
    } catch (error) {
      tell(error)
    }
  }
  const about = (warning: Warning) => {
    if (warning.order_no) return () => onDrill({ kind: 'order', title: warning.order_no ?? '', query: { order_no: warning.order_no ?? '' } })
    if (warning.contact_id) return () => onDrill({ kind: 'contact', title: word('warning', warning.kind), query: { contact_id: warning.contact_id ?? '' } })
    return null
  }
  const detail = (warning: Warning) => [warning.queue ? word('queue', warning.queue) : '', warning.agent_no ?? '', /\d{3}/.test(warning.about) && warning.about !== warning.agent_no ? warning.about : ''].filter(Boolean).join(' · ')
  return (
    <section className="panel" aria-label={t('board.warnings')}>
      <h2>{t('board.warnings')} <span className="num">{warnings.length}</span></h2>
      {!sorted.length && <p className="empty">{t('board.no_warnings')}</p>}
      <ul className="warnings">
        {sorted.map((warning) => {
          const open = about(warning)
          return (
            <li key={warning.warning_id} className={`level-${warning.level}`} data-warning={warning.kind}>
              <span className="shape" aria-label={word('level', warning.level)}>{SHAPE[warning.level] ?? '●'}</span>
              <div>
                <strong>{word('warning', warning.kind)}</strong>
                <p className="num small">{open ? <button type="button" className="link" onClick={open}>{detail(warning) || t('board.contact')}</button> : detail(warning)}{(open || detail(warning)) && ' · '}{dayAndTime(lang, warning.at)}{warning.times > 1 ? ` · ${t('board.times', { n: warning.times })}` : ''}</p>
              </div>
              {mayAcknowledge && <Button size="small" onClick={() => choose(warning)}>{t('board.acknowledge')}</Button>}
            </li>
          )
        })}
      </ul>
      {chosen && (
        <Modal open title={`${t('board.acknowledge')} · ${word('warning', chosen.kind)}`} okText={t('board.acknowledge')} cancelText={t('common.cancel')} onOk={() => void acknowledge()} onCancel={() => choose(null)} width={420}>
          <label className="field"><span>{t('board.ack_note')}</span><Input.TextArea autoFocus rows={3} value={note} maxLength={4000} onChange={(event) => setNote(event.target.value)} /></label>
        </Modal>
      )}
    </section>
  )
}
