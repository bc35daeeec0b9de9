import { Store, useStore } from '../live/store'
import { problemsEn } from './problems.en'
import { problemsZh } from './problems.zh'
import { siteEn } from './site.en'
import { siteZh } from './site.zh'
import { storiesEn } from './stories.en'
import { storiesZh } from './stories.zh'
import { textsEn } from './texts.en'
import { textsZh } from './texts.zh'
import { wordsEn } from './words.en'
import { wordsZh } from './words.zh'

export type Lang = 'zh-CN' | 'en'
export type Key =
  | keyof typeof textsZh
  | keyof typeof problemsZh
  | keyof typeof siteZh
  | keyof typeof storiesZh
  | keyof typeof wordsZh
export type Fill = Record<string, string | number>

export const texts: Record<Lang, Record<Key, string>> = {
  'zh-CN': { ...textsZh, ...problemsZh, ...siteZh, ...storiesZh, ...wordsZh },
  en: { ...textsEn, ...problemsEn, ...siteEn, ...storiesEn, ...wordsEn },
}
const KEPT = 'hotline.lang'

function first(): Lang {
  try {
    const kept = localStorage.getItem(KEPT)
    if (kept === 'zh-CN' || kept === 'en') return kept
    return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

export const lang = new Store<Lang>(first())

export function chooseLang(chosen: Lang): void {
  localStorage.setItem(KEPT, chosen)
  lang.set(chosen)
}

export function translate(of: Lang, key: Key, fill: Fill = {}): string {
  return texts[of][key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in fill ? String(fill[name]) : whole))
}

/** The name of a value of a closed list; a value that this page does not know is shown as it is. */
export function wordOf(of: Lang, list: string, value: string | null | undefined): string {
  if (!value) return ''
  const key = `${list}.${value}`
  return key in texts[of] ? texts[of][key as Key] : value
}

export interface Speech {
  lang: Lang
  t(key: Key, fill?: Fill): string
  word(list: string, value: string | null | undefined): string
}

export function useSpeech(): Speech {
  const of = useStore(lang)
  return { lang: of, t: (key, fill) => translate(of, key, fill), word: (list, value) => wordOf(of, list, value) }
}
