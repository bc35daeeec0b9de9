import { Conversation, kept, type Line, type View } from './conversation'
import { CSS } from './styles'
import { type ChatKey, type ChatLang, chatTexts } from './texts'

/**
 * The customers' chat for any site: `<script src="https://HOTLINE/assets/chat.js" defer></script>`, with
 * `data-lang="en"` or `zh-CN`; `data-page` fills the page. Texts are always text nodes.
 */
const script = document.currentScript as HTMLScriptElement | null
const DRAFT = 'hotline.chat.draft'

function langOf(): ChatLang {
  const asked = script?.dataset.lang ?? new URLSearchParams(location.search).get('lang') ?? navigator.language
  return asked.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className = '', text = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

class Widget {
  private readonly lang = langOf()
  private readonly page = script?.dataset.page !== undefined
  private readonly root: ShadowRoot
  private readonly box = element('main', this.page ? 'chat page' : 'chat')
  private readonly launch = element('button', 'launch', this.t('open'))
  private readonly note = element('p', 'note')
  private readonly question = element('div', 'note ask')
  private readonly pending = element('div', 'pending')
  private readonly shown = new Map<string, HTMLElement>()
  private readonly log = element('div', 'log')
  private readonly input = element('input')
  private readonly form = element('form')
  private readonly end = element('button', '', this.t('end'))
  private readonly conversation: Conversation
  private unread = 0
  private started = false

  constructor(host: HTMLElement) {
    this.root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
    this.root.adoptedStyleSheets = [sheet]
    const base = new URL(script?.src ?? location.href)
    const address = `${base.protocol === 'https:' ? 'wss' : 'ws'}://${base.host}/api/chat`
    this.conversation = new Conversation(address, this.lang, (view) => this.draw(view))
    this.build()
    if (this.page) this.open()
    else this.box.hidden = true
  }

  private t(key: ChatKey, fill: Record<string, string | number> = {}): string {
    return chatTexts[this.lang][key].replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name] ?? ''))
  }

  private build(): void {
    this.box.lang = this.lang
    const header = element('header')
    header.append(element('h1', '', this.t('title')), this.end)
    if (this.page) {
      document.documentElement.lang = this.lang
      document.title = this.t('title')
      document.body.style.margin = '0'
    } else {
      const close = element('button', '', this.t('close'))
      close.onclick = () => this.show(false)
      header.append(close)
      this.launch.onclick = () => this.open()
      this.root.append(this.launch)
    }
    this.note.setAttribute('role', 'status')
    this.log.setAttribute('role', 'log')
    this.log.setAttribute('aria-label', this.t('log'))
    this.log.tabIndex = 0
    this.input.placeholder = this.t('placeholder')
    this.input.setAttribute('aria-label', this.t('placeholder'))
    this.input.maxLength = 2000
    this.input.value = kept.get(DRAFT) ?? ''
    this.input.oninput = () => kept.set(DRAFT, this.input.value || null)
    const send = element('button', 'primary', this.t('send'))
    this.form.append(this.input, send)
    this.form.onsubmit = (event) => {
      event.preventDefault()
      const text = this.input.value.trim()
      if (!text) return
      this.conversation.text(text)
      this.input.value = ''
      kept.set(DRAFT, null)
    }
    this.end.onclick = () => (this.conversation.view.ended ? this.conversation.again() : this.askEnd())
    this.log.append(this.pending)
    this.question.hidden = true
    this.question.setAttribute('role', 'alertdialog')
    this.question.setAttribute('aria-label', this.t('end_ask'))
    this.box.onkeydown = (event) => {
      if (event.key !== 'Escape') return
      if (!this.question.hidden) this.answerEnd(false)
      else if (!this.page) this.show(false)
    }
    this.box.append(header, this.note, this.question, this.log, this.form)
    this.root.append(this.box)
  }

  private askEnd(): void {
    const yes = element('button', 'primary', this.t('yes'))
    const no = element('button', 'plain', this.t('no'))
    yes.onclick = () => this.answerEnd(true)
    no.onclick = () => this.answerEnd(false)
    this.question.replaceChildren(element('span', '', this.t('end_ask')), yes, no)
    this.question.hidden = false
    no.focus()
  }

  private answerEnd(yes: boolean): void {
    this.question.hidden = true
    if (yes) this.conversation.end()
    this.end.focus()
  }

  private open(): void {
    this.show(true)
    if (this.started) return
    this.started = true
    this.conversation.start()
  }

  private show(open: boolean): void {
    this.box.hidden = !open
    this.launch.hidden = open
    if (this.page) return
    if (open) {
      this.unread = 0
      this.input.focus()
      this.log.scrollTop = this.log.scrollHeight
    } else {
      this.launch.focus()
    }
    this.launch.textContent = this.t('open')
  }

  private noteOf(view: View): string {
    if (view.status === 'busy') return this.t('busy')
    if (view.status === 'lost') return this.t('lost')
    if (view.status === 'connecting') return this.t('connecting')
    if (view.ended) return this.t('ended')
    if (view.agent && view.served) return this.t('agent', { name: view.agent })
    if (!view.waiting) return this.t('emergency')
    const { ahead, estimate } = view.waiting
    const place = ahead === null ? this.t('wait') : ahead === 0 ? this.t('next') : this.t('ahead', { n: ahead })
    if (!estimate) return place
    const from = Math.max(1, Math.floor(estimate.low_s / 60))
    return `${place} ${this.t('estimate', { from, to: Math.max(from + 1, Math.ceil(estimate.high_s / 60)) })}`
  }

  private draw(view: View): void {
    const note = this.noteOf(view)
    if (this.note.textContent !== note) this.note.textContent = note
    this.end.textContent = this.t(view.ended ? 'again' : 'end')
    this.form.hidden = view.ended
    if (view.ended) this.question.hidden = true
    this.drawLines(view)
    this.drawPending(view)
    this.log.scrollTop = this.log.scrollHeight
  }

  /** Only what is new is added, so that readers of the screen hear each line once. */
  private drawLines(view: View): void {
    const wanted = new Set(view.lines.map((line) => line.message_id))
    for (const [id, made] of this.shown) {
      if (wanted.has(id)) continue
      made.remove()
      this.shown.delete(id)
    }
    for (const line of view.lines) {
      if (this.shown.has(line.message_id)) continue
      const made = this.lineOf(line, view)
      this.shown.set(line.message_id, made)
      this.pending.before(made)
      if (this.box.hidden && line.from !== 'customer') this.unread += 1
    }
    if (this.box.hidden && this.unread) this.launch.textContent = `${this.t('open')} (${this.unread})`
  }

  private lineOf(line: Line, view: View): HTMLElement {
    const made = element('p', `line ${line.from}`)
    const parts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(view.zone && { timeZone: view.zone }) }
    const time = new Date(line.at).toLocaleTimeString(this.lang, parts)
    const who = line.from === 'customer' ? this.t('you') : line.from === 'agent' ? (line.name ?? view.agent ?? this.t('staff')) : this.t('hotline')
    made.append(element('small', '', `${who} ${time}`), line.text)
    return made
  }

  private drawPending(view: View): void {
    const held = this.pending.contains(this.root.activeElement)
    const shown: HTMLElement[] = view.unsent.map((each) => {
      const made = element('p', each.failed ? 'line customer failed' : 'line customer unsent', each.text)
      made.prepend(element('small', '', this.t(each.failed ? 'failed' : 'sending')))
      return made
    })
    const last = view.lines.at(-1)
    if (last?.choices?.length && !view.ended && !view.unsent.some((each) => !each.failed)) {
      const choices = element('div', 'choices')
      for (const choice of last.choices) {
        const button = element('button', '', choice.label)
        button.onclick = () => this.conversation.choose(choice.value, choice.label)
        choices.append(button)
      }
      shown.push(choices)
    }
    this.pending.replaceChildren(...shown)
    if (held) this.input.focus()
  }
}

function place(): void {
  const host = document.createElement('div')
  document.body.append(host)
  new Widget(host)
}
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', place)
else place()
