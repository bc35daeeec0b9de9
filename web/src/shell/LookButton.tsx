import { Button } from 'antd'
import { useSpeech } from '../i18n'
import { useStore } from '../live/store'
import { chooseLook, look } from './theme'

/** Light or dark, remembered by this browser. */
export function LookButton() {
  const { t } = useSpeech()
  const dark = useStore(look) === 'dark'
  return <Button size="small" type="text" data-switch-look onClick={() => chooseLook(dark ? 'light' : 'dark')}>{t(dark ? 'menu.light' : 'menu.dark')}</Button>
}
