import { Alert, Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useSpeech } from '../i18n'
import { chooseLang } from '../i18n'
import { useProblem } from '../parts/problem'
import { LookButton } from './LookButton'
import { homeOf, mayUse, pageOfPath } from './pages'
import { logIn, session } from './session'

export function Login({ over = false }: { over?: boolean }) {
  const { t, lang } = useSpeech()
  const { sentence } = useProblem()
  const [agentNo, setAgentNo] = useState(session.get().viewer?.agent_no ?? '')
  const [password, setPassword] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setWrong(null)
    try {
      await logIn(agentNo.trim(), password)
      const role = session.get().viewer?.role ?? ''
      const home = homeOf(role)
      if (!over && home && !mayUse(role, pageOfPath(location.pathname))) location.assign(`/${home}`)
    } catch (error) {
      setWrong(sentence(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className={over ? 'login over' : 'login'}>
      <form onSubmit={submit} aria-label={t('login.title')}>
        <h1>
          <img src="/assets/icon.svg" alt="" />
          {t('product')}
        </h1>
        {over && <Alert type="warning" title={t('login.ended')} />}
        {wrong && <Alert type="error" title={wrong} role="alert" />}
        <label className="field">
          <span>{t('login.agent_no')}</span>
          <Input name="username" autoComplete="username" autoFocus value={agentNo} onChange={(e) => setAgentNo(e.target.value)} required size="large" />
        </label>
        <label className="field">
          <span>{t('login.password')}</span>
          <Input name="password" type="password" autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} required size="large" />
        </label>
        <Button type="primary" htmlType="submit" size="large" loading={busy} disabled={!agentNo || !password}>
          {t('login.submit')}
        </Button>
        <div className="row">
          <button type="button" className="link small" lang={lang === 'en' ? 'zh-CN' : 'en'} onClick={() => chooseLang(lang === 'en' ? 'zh-CN' : 'en')}>
            {t('menu.language')}
          </button>
          <span className="push" />
          <LookButton />
        </div>
      </form>
    </main>
  )
}
