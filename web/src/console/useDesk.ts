import { App } from 'antd'
import { useEffect, useMemo, useRef } from 'react'
import type { Viewer } from '../api/client'
import { useSpeech } from '../i18n'
import { useStore } from '../live/store'
import { useDraft } from '../parts/draft'
import { useProblem } from '../parts/problem'
import type { Contact, Offer } from '../state/frames'
import { Desk } from './desk'
import { colleague, titleOf } from './Lists'

/** Offers that were left to ring in vain since the last look, and when the last one was. */
export interface Missed {
  n: number
  at: string
}

const NONE_MISSED: Missed = { n: 0, at: '' }

/** What is said when an offer or a contact goes without the agent's doing. */
function useFarewells(agentNo: string) {
  const { t, word } = useSpeech()
  const { message } = App.useApp()
  const [missed, miss, seen] = useDraft<Missed>(`missed.${agentNo}`, NONE_MISSED)
  return {
    missed,
    seen,
    ended(reason: string, gone: Offer | undefined): void {
      if (reason === 'expired') miss({ n: missed.n + 1, at: new Date().toISOString() })
      if (reason === 'rescinded') void message.info(gone?.asked_by ? t('offer.asked_no_more', { who: colleague(gone.asked_by) }) : t('offer.rescinded'))
      if (reason === 'failed') void message.error(t('offer.failed'))
    },
    // A call that reached nobody is told until it is read; one that was talked in, or given up, needs no word.
    over(contact: Contact, reason: string): void {
      if (reason === 'asked_no_more' && contact.asked_by) return void message.info({ content: t('offer.asked_no_more', { who: colleague(contact.asked_by) }), duration: 6 })
      if (reason === 'reached' || reason === 'given_up') return
      void message.warning({ content: t('call.not_reached', { who: titleOf(contact, { t }), why: word('gone', reason) }), duration: 10 })
    },
  }
}

/** The agent's desk for as long as the page is open and somebody is logged in, and what it shows. */
export function useDesk(viewer: Viewer | null, loggedOut: boolean) {
  const { tell } = useProblem()
  const farewells = useFarewells(viewer?.agent_no ?? '')
  const hooks = useRef({ ...farewells, problem: tell })
  hooks.current = { ...farewells, problem: tell }
  const desk = useMemo(() => new Desk({ ended: (...gone) => hooks.current.ended(...gone), over: (...gone) => hooks.current.over(...gone), problem: (error) => hooks.current.problem(error) }), [])
  const phone = Boolean(viewer?.modes.includes('phone'))
  useEffect(() => {
    if (loggedOut) return
    desk.start(phone)
    return () => desk.stop()
  }, [desk, loggedOut])
  return { desk, missed: farewells.missed, seen: farewells.seen, shown: useStore(desk.shown), status: useStore(desk.status), active: useStore(desk.tab.active), consulting: useStore(desk.consulting), leg: useStore(desk.leg.state) }
}
