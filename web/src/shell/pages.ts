export type PageName = 'console' | 'field' | 'wallboard'
export const PAGE_NAMES: PageName[] = ['console', 'field', 'wallboard']

const ROLES: Record<PageName, string[]> = {
  console: ['agent', 'supervisor'],
  field: ['field'],
  wallboard: ['supervisor', 'manager', 'auditor'],
}

export function pageOfPath(path: string): PageName {
  return PAGE_NAMES.find((name) => path === `/${name}` || path.startsWith(`/${name}/`)) ?? 'console'
}

export function mayUse(role: string, page: PageName): boolean {
  return ROLES[page].includes(role)
}

/** Where somebody of this role starts. */
export function homeOf(role: string): PageName | null {
  return PAGE_NAMES.find((page) => mayUse(role, page)) ?? null
}
