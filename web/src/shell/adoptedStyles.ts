/**
 * Styles made at run time, as constructed sheets: these are no inline styles, so a strict policy lets them pass.
 * Takes the place of `@rc-component/util/es/Dom/dynamicCSS` in the build and keeps its names.
 */
interface Options {
  prepend?: boolean | 'queue'
  priority?: number
}

/** Stands for the element that callers expect, on which they note things. */
class Kept {
  readonly sheet = new CSSStyleSheet()
  constructor(
    readonly rank: number,
    css: string,
  ) {
    this.sheet.replaceSync(css)
  }
  setAttribute(): void {}
}

const kept = new Map<string, Kept>()

function rankOf({ prepend, priority = 0 }: Options): number {
  return prepend ? priority - 10_000 : priority
}

function adopt(): void {
  const inOrder = [...kept.values()].sort((a, b) => a.rank - b.rank)
  document.adoptedStyleSheets = inOrder.map((each) => each.sheet)
}

export function updateCSS(css: string, key: string, options: Options = {}): Kept {
  const known = kept.get(key)
  if (known) {
    known.sheet.replaceSync(css)
    return known
  }
  const made = new Kept(rankOf(options), css)
  kept.set(key, made)
  adopt()
  return made
}

export function removeCSS(key: string): void {
  if (kept.delete(key)) adopt()
}

export function injectCSS(css: string, options: Options = {}): Kept {
  return updateCSS(css, css, options)
}

export function clearContainerCache(): void {}
