import { StyleProvider } from '@ant-design/cssinjs'
import { App as Messages, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react'
import { lang, translate, useSpeech } from '../i18n'
import { useStore } from '../live/store'
import { Login } from './Login'
import { homeOf, mayUse, type PageName, pageOfPath } from './pages'
import { firstSession, session, stayWithoutNetwork } from './session'
import { look, themeOf } from './theme'
import { TopBar } from './TopBar'

const PAGES: Record<PageName, ComponentType> = {
  console: lazy(() => import('../console/ConsolePage')),
  field: lazy(() => import('../field/FieldPage')),
  wallboard: lazy(() => import('../wallboard/WallboardPage')),
}

export function App() {
  const speech = useSpeech()
  const now = useStore(look)
  const page = pageOfPath(location.pathname)
  useEffect(() => {
    document.documentElement.dataset.look = now
  }, [now])
  useEffect(() => {
    document.documentElement.lang = speech.lang
    document.title = `${speech.t(`page.${page}`)} · ${speech.t('product')}`
  }, [speech.lang, page])
  return (
    <StyleProvider layer>
      <ConfigProvider theme={themeOf(now)} locale={speech.lang === 'en' ? enUS : zhCN} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
        <Messages className="app" message={{ maxCount: 2, duration: 4 }}>
          <Failed>
            <Inside page={page} />
          </Failed>
        </Messages>
      </ConfigProvider>
    </StyleProvider>
  )
}

function Inside({ page }: { page: PageName }) {
  const { t } = useSpeech()
  const { viewer, ended, known } = useStore(session)
  useEffect(() => {
    firstSession().catch(stayWithoutNetwork)
  }, [])
  if (!known) return <div className="center">{t('common.loading')}</div>
  if (!viewer) return <Login />
  const Page = PAGES[page]
  const home = homeOf(viewer.role)
  if (!mayUse(viewer.role, page)) {
    return (
      <>
        <TopBar page={page} viewer={viewer} />
        <main className="center">
          <div>
            <p>{t('menu.forbidden')}</p>
            {!home && <p>{t('menu.no_page')}</p>}
            {home && <p><a href={`/${home}`}>{t('menu.to_own', { page: t(`page.${home}`) })}</a></p>}
          </div>
        </main>
      </>
    )
  }
  return (
    <>
      <Suspense fallback={<div className="center">{t('common.loading')}</div>}>
        <Page />
      </Suspense>
      {ended && <Login over />}
    </>
  )
}

class Failed extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main className="center">
        <div role="alert">
          <p>{translate(lang.get(), 'net.page_failed')}</p>
          <p>
            <button type="button" className="link" onClick={() => location.reload()}>
              {translate(lang.get(), 'common.refresh')}
            </button>
          </p>
        </div>
      </main>
    )
  }
}
