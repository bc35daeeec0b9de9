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
type Zh = typeof textsZh & typeof problemsZh & typeof siteZh & typeof storiesZh & typeof wordsZh
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
/** What a text needs filled in. Of a key that is only known when the page runs nothing is asked here. */
type Filled<K extends Key> = Key extends K ? [fill?: Fill] : [NamesIn<Zh[K]>] extends [never] ? [fill?: Fill] : [fill: Record<NamesIn<Zh[K]>, string | number>]

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

/** A text with its blanks filled in. A blank for which there is nothing is a fault of the page: never `undefined`. */
export function translate<K extends Key>(of: Lang, key: K, ...[fill]: Filled<K>): string {
  return texts[of][key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (fill as Partial<Fill> | undefined)?.[name]
    if (value !== undefined && value !== null && !Number.isNaN(value)) return String(value)
    if (!import.meta.env.PROD) throw new Error(`${key} lacks ${name}`)
    return '—'
  })
}

/** The name of a value of a closed list; a value that this page does not know is shown as it is. */
export function wordOf(of: Lang, list: string, value: string | null | undefined): string {
  if (!value) return ''
  const key = `${list}.${value}`
  return key in texts[of] ? texts[of][key as Key] : value
}

export interface Speech {
  lang: Lang
  t<K extends Key>(key: K, ...fill: Filled<K>): string
  word(list: string, value: string | null | undefined): string
}

export function speechOf(of: Lang): Speech {
  return { lang: of, t: (key, ...fill) => translate(of, key, ...fill), word: (list, value) => wordOf(of, list, value) }
}

export function useSpeech(): Speech {
  return speechOf(useStore(lang))
}
