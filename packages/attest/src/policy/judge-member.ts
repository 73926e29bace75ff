import type { CheckCode } from '../checks/checks.ts'
import { masked } from '../tcb/masked.ts'
import type { Pattern, Pin } from './policy.ts'

/** One member of a policy, compared. */
export interface Judged {
  readonly code: CheckCode
  readonly holds: boolean
  /** Said where it holds because the policy accepts anything, or more than it might. */
  readonly detail?: string
  readonly expected?: string
  readonly found?: string
}

export function judgeDebug(code: CheckCode, _what: string, debug: boolean, asked: 'refused' | 'any'): Judged {
  if (asked === 'any') return { code, holds: true, detail: 'debug enclaves accepted by the policy' }
  return debug ? { code, holds: false, expected: 'no debugging', found: 'debugging' } : { code, holds: true }
}

export function judgePin<T extends string | number>(code: CheckCode, what: string, found: T, pin: Pin<T>): Judged {
  if (pin === 'any') return any(code, what)
  return compare(code, pin.includes(found), pin.join(' or '), String(found))
}

/** Everything found is accepted. */
export function judgeList<T extends string | number>(
  code: CheckCode,
  what: string,
  found: readonly T[],
  pin: Pin<T>,
): Judged {
  if (pin === 'any') return { ...any(code, what), detail: `any accepted by the policy: ${found.join(', ') || 'none'}` }
  const strange = found.filter((one) => !pin.includes(one))
  const judged = compare(code, strange.length === 0, pin.join(', ') || 'none', strange.join(', '))
  return judged.holds && found.length > 0 ? { ...judged, detail: found.join(', ') } : judged
}

export function judgeMinimum(code: CheckCode, what: string, found: number, least: number | 'any'): Judged {
  if (least === 'any') return any(code, what)
  return compare(code, found >= least, `at least ${least}`, String(found))
}

/** @param found hex, as long as the pattern */
export function judgePattern(code: CheckCode, what: string, found: string, pattern: Pattern | 'any'): Judged {
  if (pattern === 'any') return any(code, what)
  const { value, mask } = pattern
  return compare(code, masked(found, mask) === masked(value, mask), `${value} under ${mask}`, found)
}

function any(code: CheckCode, what: string): Judged {
  return { code, holds: true, detail: `any ${what} accepted by the policy` }
}

function compare(code: CheckCode, holds: boolean, expected: string, found: string): Judged {
  return holds ? { code, holds } : { code, holds, expected, found }
}
