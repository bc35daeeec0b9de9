import { theme as antd, type ThemeConfig } from 'antd'
import { Store } from '../live/store'
import { pageOfPath } from './pages'

export type Look = 'light' | 'dark'
/** A wallboard hangs in a room of its own: it has its own look, dark until somebody chooses. */
const ON_WALL = pageOfPath(location.pathname) === 'wallboard'
const KEPT = ON_WALL ? 'hotline.look.wallboard' : 'hotline.look'

function first(): Look {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'light' || kept === 'dark') return kept
  if (ON_WALL) return 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export const look = new Store<Look>(first())

export function chooseLook(chosen: Look): void {
  localStorage.setItem(KEPT, chosen)
  look.set(chosen)
}

const FONT = 'var(--font)'

export function themeOf(now: Look): ThemeConfig {
  const dark = now === 'dark'
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#3ea17d' : '#0b6e4f',
      colorInfo: dark ? '#3ea17d' : '#0b6e4f',
      colorLink: dark ? '#5cc39c' : '#0b6e4f',
      colorError: dark ? '#f06f68' : '#c4261d',
      colorWarning: dark ? '#e0a33a' : '#9a5b00',
      colorTextPlaceholder: dark ? '#9aa3a9' : '#6a737a',
      colorTextDescription: dark ? '#a9b2b8' : '#5c666d',
      colorTextDisabled: dark ? '#8b959c' : '#727b82',
      colorTextLightSolid: dark ? '#08130f' : '#ffffff',
      fontFamily: FONT,
      borderRadius: 6,
      motion: false,
    },
  }
}
