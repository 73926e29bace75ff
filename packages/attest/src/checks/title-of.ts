import { checks } from './checks.ts'

/** What is proved when a check passes, in one short sentence; undefined of a code that is no check. */
export function titleOf(code: string): string | undefined {
  const titles: Readonly<Record<string, string>> = checks
  return Object.hasOwn(titles, code) ? titles[code] : undefined
}
