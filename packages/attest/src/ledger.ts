import { checks, type Check, type CheckCode } from './checks.ts'
import { AttestationError, FormatError, PolicyMismatch } from './error.ts'

/** What a judged value was, and what it should have been. */
export interface Comparison {
  readonly detail?: string
  readonly expected?: string
  readonly found?: string
  readonly cause?: unknown
}

/** The record of one judgement: what passed so far. The first failure ends it. */
export class Ledger {
  readonly #passed: Check[] = []

  get passed(): readonly Check[] {
    return [...this.#passed]
  }

  pass(code: CheckCode, detail?: string): void {
    this.#passed.push({ code, title: checks[code][0], outcome: 'passed', ...(detail === undefined ? {} : { detail }) })
  }

  /** Records that the check passed, or throws the refusal. `comparison` tells more about a failure. */
  require(code: CheckCode, holds: boolean, comparison: Comparison = {}): void {
    if (!holds) throw this.refusal(code, comparison)
    this.pass(code)
  }

  /** Runs a decoder whose failure is the failure of this check. Does not record a pass: see `pass`. */
  decode<T>(code: CheckCode, decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      throw this.refusal(code, { detail: error.message, cause: error })
    }
  }

  refusal(code: CheckCode, { detail, expected, found, cause }: Comparison = {}): AttestationError | PolicyMismatch {
    const [title, refused] = checks[code]
    const failed: Check = { code, title, outcome: 'failed', ...(detail === undefined ? {} : { detail }) }
    const Kind = code.startsWith('policy/') ? PolicyMismatch : AttestationError
    return new Kind(code, detail === undefined ? refused : `${refused}: ${detail}`, {
      checks: [...this.#passed, failed],
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
