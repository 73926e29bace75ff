import type { Check } from './checks/checks.ts'

/** A member of a policy that evidence does not satisfy. */
export interface Difference {
  readonly code: string
  /** What differs, in one short sentence. */
  readonly message: string
  readonly expected: string
  readonly found: string
}

/** What more a refusal tells. */
export interface Refusal {
  readonly expected?: string
  readonly found?: string
  /** The checks that had passed, then the one that failed. */
  readonly checks?: readonly Check[]
  readonly differences?: readonly Difference[]
  readonly cause?: unknown
}

/** What both kinds of refusal carry; which of the two it is, is the question that was answered. */
class VerifierError extends Error {
  readonly code: string
  readonly expected: string | undefined
  readonly found: string | undefined
  readonly checks: readonly Check[]

  constructor(code: string, message: string, more: Refusal = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.expected = more.expected
    this.found = more.found
    this.checks = more.checks ?? []
  }
}

/** The evidence is not genuine. `code` is stable: one of the table in spec/4-evidence.md, or of the family `fresh/`. */
export class AttestationError extends VerifierError {
  override readonly name = 'AttestationError'
}

/** The evidence is genuine and not what was asked for, or the policy does not ask properly. `code` is of the family `policy/`. */
export class PolicyMismatch extends VerifierError {
  override readonly name = 'PolicyMismatch'
  /** Every member that differs; `code`, `expected` and `found` are those of the first. */
  readonly differences: readonly Difference[]

  constructor(code: string, message: string, more: Refusal = {}) {
    super(code, message, more)
    this.differences = more.differences ?? []
  }
}

/** What of a format has a check of its own. */
export type Aspect = 'critical' | 'repeated' | 'number' | 'wrapping' | 'version' | 'type'

/**
 * Bytes are not in the format that they should be in. Internal: whoever asked for the decoding gives it a code, with the
 * aspect in place of the last word where that check exists.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError'
  readonly aspect: Aspect | undefined

  constructor(message: string, aspect?: Aspect) {
    super(message)
    this.aspect = aspect
  }
}
