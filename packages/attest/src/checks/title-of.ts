import { checks } from './checks.ts'

/** What is proved when a check passes, in one short sentence; undefined of a code that is no check. */
export function titleOf(code: string): string | undefined {
  return Object.entries(checks).find(([known]) => known === code)?.[1]
}
