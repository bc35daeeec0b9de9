import { Button, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { api, path } from '../api/client'
import { type Speech, useSpeech } from '../i18n'
import { clockTime, dayAndTime } from '../i18n/formats'
import { useProblem } from '../parts/problem'
import type { BoardAgent, Warning } from '../state/frames'
import { type DrillOf, Matter } from './Drill'

const LEVELS = ['red', 'orange', 'yellow', 'blue']
const SHAPE: Record<string, string> = { red: '■', orange: '▲', yellow: '◆', blue: '●' }

/** A crew's request is about its order, an agent's about a contact; a queue that is not answered may be staffed; what of an emergency
    waits in the web's queue without a contact is what was said to the machine. */
export function kindOf(warning: Pick<Warning, 'kind' | 'queue' | 'order_no' | 'contact_id' | 'facts'>, word: Speech['word']): string {
  if (warning.kind === 'queue_unmanned' && warning.facts.unanswered) return word('warning', 'queue_unanswered')
  if (warning.kind === 'emergency_unanswered' && warning.queue === 'web' && !warning.contact_id) return word('warning', 'emergency_unheard')
  if (typeof warning.facts.clock === 'string') return `${word('warning', warning.kind)} · ${word('clock', warning.facts.clock)}`
  return word('warning', warning.kind === 'help' && warning.order_no && !warning.contact_id ? 'help_crew' : warning.kind)
}

/** Who asks for help is answered; everything else is noted. */
const labelOf = ({ kind }: Pick<Warning, 'kind'>) => (kind === 'help' ? 'board.answer_help' : 'board.acknowledge')

/** Since when what a warning is about is over, and who has it. */
export function overOf({ kind, facts }: Pick<Warning, 'kind' | 'facts'>, { t, word, lang }: Pick<Speech, 't' | 'word' | 'lang'>): string {
  if (typeof facts.over_at !== 'string') return ''
  const told = { at: dayAndTime(lang, facts.over_at), who: String(facts.over_by ?? '') }
  if (facts.over_as === 'customer_contacted') return t('board.spoken_with', told)
  if (typeof facts.over_as === 'string') return word('order', facts.over_as)
  if (kind === 'hazard') return t('board.crew_has_it', told)
  return kind === 'emergency_unanswered' ? t('board.answered_then', told) : t('board.promise_over', told)
}

/** Since when nobody answers or goes there, which crew did not take it, and when it was seen last. */
export function courseOf({ facts, times }: Pick<Warning, 'facts' | 'times'>, { t, lang }: Pick<Speech, 't' | 'lang'>): string {
  const at = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? clockTime(lang, new Date(value).toISOString()) : '')
  const missed = typeof facts.missed_by === 'string' && { who: facts.missed_by, at: at(facts.missed_at) }
  const misses = Number(facts.misses ?? 0)
  return [
    missed && t(facts.missed_how === 'declined' ? 'board.declined_by' : 'board.missed_by', missed) + (misses > 1 ? ` (${t('board.times', { n: misses })})` : ''),
    facts.since && t('board.waits_since', { at: at(facts.since) }),
    times > 1 && t('board.times', { n: times }) + (facts.last_at ? ` ${t('board.last_at', { at: at(facts.last_at) })}` : ''),
  ].filter(Boolean).join(' · ')
}

/** Where it happened, and whom it concerns: the channel (or the queue; work on an order is on site), the caller or order, the colleague. */
export function detailOf(warning: Warning, agents: readonly Pick<BoardAgent, 'agent_no' | 'name'>[], word: Speech['word']): string {
  const { about, agent_no } = warning
  const named = agents.find((each) => each.agent_no === agent_no)
  const ofOrder = Boolean(warning.order_no) && !warning.contact_id && (warning.kind === 'help' || typeof warning.facts.clock === 'string')
  const place = (ofOrder ? [] : [word('channel', warning.channel), word('queue', warning.queue)]).filter((each, at, all) => each && all.indexOf(each) === at)
  const matter = /\d{3}/.test(about) && about !== agent_no ? about : ''
  return [...place, matter, agent_no && `${agent_no} ${named?.name ?? ''}`.trim()].filter(Boolean).join(' · ')
}

const isOver = ({ facts }: Pick<Warning, 'facts'>) => typeof facts.over_at === 'string'

/** The most urgent first, of each level the newest; what is over stands at the end, until somebody has seen it. */
export function inOrder<W extends Pick<Warning, 'level' | 'at' | 'facts'>>(warnings: readonly W[]): W[] {
  const over = (warning: W) => Number(isOver(warning))
  return [...warnings].sort((a, b) => over(a) - over(b) || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || (a.at < b.at ? 1 : -1))
}

/** What still needs somebody, each matter once: all warnings about one order together, led by the first. Who asks for help is
    answered apart. */
export function matters<W extends Pick<Warning, 'kind' | 'order_no' | 'warning_id' | 'facts'>>(sorted: readonly W[]): W[][] {
  const found = new Map<string, W[]>()
  for (const warning of sorted.filter((each) => !isOver(each))) {
    const key = warning.order_no && warning.kind !== 'help' ? `order ${warning.order_no}` : warning.warning_id
    found.set(key, [...(found.get(key) ?? []), warning])
  }
  return [...found.values()]
}

/** How many rows of a list that scrolls lie below what is to be seen of it. */
function useUnseen(rows: number) {
  const list = useRef<HTMLUListElement>(null)
  const [unseen, count] = useState(0)
  useEffect(() => {
    const shown = list.current
    if (!shown) return
    const look = () => {
      const end = shown.getBoundingClientRect().bottom
      count([...shown.children].filter((row) => row.getBoundingClientRect().bottom > end + 8).length)
    }
    look()
    const resized = new ResizeObserver(look)
    resized.observe(shown)
    shown.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      shown.removeEventListener('scroll', look)
    }
  }, [rows])
  return { list, unseen, onward: () => list.current?.scrollBy({ top: list.current.clientHeight * 0.8 }) }
}

interface Props {
  warnings: readonly Warning[]
  agents: readonly BoardAgent[]
  mayAcknowledge: boolean
  onDrill(of: DrillOf): void
}

interface RowProps {
  warning: Warning
  /** Others about the same order. */
  also: readonly Warning[]
  agents: readonly BoardAgent[]
  onOpen: (() => void) | null
  onChoose: (() => void) | null
}

function Row({ warning, also, agents, onOpen, onChoose }: RowProps) {
  const { t, word, lang } = useSpeech()
  const over = overOf(warning, { t, word, lang })
  const detail = detailOf(warning, agents, word)
  const rest = [dayAndTime(lang, warning.at), over, courseOf(warning, { t, lang })].filter(Boolean).join(' · ')
  return (
    <li className={over ? `level-${warning.level} over` : `level-${warning.level}`} data-warning={warning.kind}>
      <span className="shape" aria-label={word('level', warning.level)}>{SHAPE[warning.level] ?? '●'}</span>
      <div>
        <strong>{kindOf(warning, word)}</strong>{also.length > 0 && <span className="also small">{[...new Set(also.map((each) => kindOf(each, word)))].join(' · ')}</span>}
        <p className="num small" title={`${detail} ${rest}`}>{onOpen ? <button type="button" className="link" onClick={onOpen}>{detail || t('board.contact')}</button> : detail}{(onOpen || detail) && ' · '}{rest}</p>
      </div>
      {onChoose && <Button size="small" onClick={onChoose}>{t(labelOf(warning))}</Button>}
    </li>
  )
}

/** Open warnings, the most urgent first; how many lie below is said, and what is over opens from one line. */
export function WarningsPanel({ warnings, agents, mayAcknowledge, onDrill }: Props) {
  const { t, word } = useSpeech()
  const { tell, say } = useProblem()
  const [chosenOnes, choose] = useState<readonly Warning[]>([])
  const [note, setNote] = useState('')
  const [opened, showOver] = useState(false)
  const sorted = inOrder(warnings)
  const over = sorted.filter(isOver)
  const open = matters(sorted)
  const { list, unseen, onward } = useUnseen(open.length + (opened ? over.length : 0))
  const chosen = chosenOnes[0]

  async function acknowledge() {
    try {
      for (const each of chosenOnes) await api.post(path('warnings', each.warning_id, 'acknowledge'), { note: note.trim() }, crypto.randomUUID())
      choose([])
      setNote('')
      say(t('board.acknowledged'))
    } catch (error) {
      tell(error)
    }
  }
  const about = (warning: Warning) => {
    if (warning.order_no) return () => onDrill({ kind: 'order', title: warning.order_no ?? '', query: { order_no: warning.order_no ?? '' } })
    if (warning.contact_id) return () => onDrill({ kind: 'contact', title: kindOf(warning, word), query: { contact_id: warning.contact_id ?? '' } })
    return null
  }
  const row = (all: readonly Warning[]) => {
    const [warning, ...also] = all
    if (!warning) return null
    const chosenHere = mayAcknowledge ? () => choose(all) : null
    return <Row key={warning.warning_id} warning={warning} also={also} agents={agents} onOpen={warning.kind === 'help' && chosenHere ? chosenHere : about(warning)} onChoose={chosenHere} />
  }
  return (
    <section className="panel" aria-label={t('board.warnings')}>
      <h2>{t('board.warnings')} <span className="num">{open.length}</span></h2>
      {!sorted.length && <p className="empty">{t('board.no_warnings')}</p>}
      <ul className="warnings" ref={list} tabIndex={unseen ? 0 : undefined}>
        {open.map(row)}
        {over.length > 0 && <li className="settled"><button type="button" aria-expanded={opened} onClick={() => showOver(!opened)}>{opened ? '▾' : '▸'} {t('board.over', { n: over.length })}</button></li>}
        {opened && over.map((warning) => row([warning]))}
      </ul>
      {unseen > 0 && <Button className="unseen" onClick={onward}>{t('board.unseen', { n: unseen })} ↓</Button>}
      {chosen && (
        <Modal open title={`${t(labelOf(chosen))} · ${kindOf(chosen, word)}`} okText={t(labelOf(chosen))} cancelText={t('common.cancel')} onOk={() => void acknowledge()} onCancel={() => choose([])} width={chosen.kind === 'help' ? 820 : 420}>
          {chosenOnes.length > 1 && <p className="dim">{chosenOnes.map((each) => kindOf(each, word)).join(' · ')}</p>}
          <label className="field"><span>{t('board.ack_note')}</span><Input.TextArea autoFocus rows={3} value={note} maxLength={4000} onChange={(event) => setNote(event.target.value)} /></label>
          {chosen.kind === 'help' && <Matter contactId={chosen.contact_id} orderNo={chosen.order_no} />}
        </Modal>
      )}
    </section>
  )
}
