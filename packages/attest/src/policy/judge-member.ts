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
  return pin.includes(found) ? { code, holds: true } : differs(code, pin.join(' or '), String(found))
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
  if (strange.length > 0) return differs(code, pin.join(', ') || 'none', strange.join(', '))
  return found.length > 0 ? { code, holds: true, detail: found.join(', ') } : { code, holds: true }
}

export function judgeMinimum(code: CheckCode, what: string, found: number, least: number | 'any'): Judged {
  if (least === 'any') return any(code, what)
  return found >= least ? { code, holds: true } : differs(code, `at least ${least}`, String(found))
}

/** @param found hex, as long as the pattern */
export function judgePattern(code: CheckCode, what: string, found: string, pattern: Pattern | 'any'): Judged {
  if (pattern === 'any') return any(code, what)
  const { value, mask } = pattern
  const holds = masked(found, mask) === masked(value, mask)
  return holds ? { code, holds } : differs(code, `${value} under ${mask}`, found)
}

function any(code: CheckCode, what: string): Judged {
  return { code, holds: true, detail: `any ${what} accepted by the policy` }
}

function differs(code: CheckCode, expected: string, found: string): Judged {
  return { code, holds: false, expected, found }
}
