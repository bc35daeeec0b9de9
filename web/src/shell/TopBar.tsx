import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import type { Viewer } from '../api/client'
import { chooseLang, useSpeech } from '../i18n'
import { LookButton } from './LookButton'
import { mayUse, PAGE_NAMES, type PageName } from './pages'
import { logOut } from './session'

interface Props {
  page: PageName
  viewer: Pick<Viewer, 'agent_no' | 'name' | 'role'>
  children?: ReactNode
  end?: ReactNode
  /** What is asked before the log-out, for somebody who would leave others waiting. */
  unfinished?: string | null
}

export function TopBar({ page, viewer, children, end, unfinished = null }: Props) {
  const { t, lang, word } = useSpeech()
  const { modal } = App.useApp()
  const leave = () => unfinished ? void modal.confirm({ title: unfinished, okText: t('menu.log_out'), cancelText: t('common.cancel'), onOk: () => logOut() }) : void logOut()
  const mine = PAGE_NAMES.filter((name) => mayUse(viewer.role, name))
  return (
    <header className="bar">
      <div className="brand">
        <img src="/assets/icon.svg" alt="" />
        <h1 className="hidden">{`${t('product')} · ${t(`page.${page}`)}`}</h1>
        <span aria-hidden="true">{t('product')}</span>
      </div>
      {mine.length > 1 && (
        <nav aria-label={t('menu.more')}>
          {mine.map((name) => (
            <a key={name} href={`/${name}`} aria-current={name === page ? 'page' : undefined}>
              {t(`page.${name}`)}
            </a>
          ))}
        </nav>
      )}
      {children}
      <div className="row push">
        {end}
        <span className="dim small who-am-i">
          {viewer.agent_no} {viewer.name} · {word('role', viewer.role)}
        </span>
        <Button size="small" type="text" onClick={() => chooseLang(lang === 'en' ? 'zh-CN' : 'en')}>
          <span lang={lang === 'en' ? 'zh-CN' : 'en'}>{t('menu.language')}</span>
        </Button>
        <LookButton />
        <Button size="small" type="text" onClick={leave}>
          {t('menu.log_out')}
        </Button>
      </div>
    </header>
  )
}
