import { aspects } from './checks/aspects.ts'
import type { Check, CheckCode } from './checks/checks.ts'
import { AttestationError, FormatError, PolicyMismatch, type Difference } from './error.ts'

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
    this.#passed.push(entry(code, 'passed', detail))
  }

  /** Records that the check passed, or throws the refusal. `comparison` tells more about a failure, and is asked then. */
  require(code: CheckCode, holds: boolean, comparison: Comparison | (() => Comparison) = {}): void {
    if (!holds) throw this.refusal(code, typeof comparison === 'function' ? comparison() : comparison)
    this.pass(code)
  }

  /** Runs a decoder whose failure is the failure of this check. Does not record a pass: see `passDecoded`. */
  decode<T>(code: CheckCode, decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      throw this.refusal(aspectOf(code, error), { detail: error.message, cause: error })
    }
  }

  /** Records that what `decode` decodes was whole: this check passed, and those of its aspects. */
  passDecoded(code: CheckCode): void {
    this.pass(code)
    for (const aspect of aspectsOf(code)) this.pass(aspect)
  }

  /** Records every check, passed or failed, and then throws the refusal of the first that failed. */
  requireAll(judged: readonly (Comparison & { readonly code: CheckCode; readonly holds: boolean })[]): void {
    const failed = judged.filter(({ holds }) => !holds)
    const [first] = failed
    if (first === undefined) {
      for (const { code, detail } of judged) this.pass(code, detail)
      return
    }
    const list = judged.map(({ code, holds, detail }) => entry(code, holds ? 'passed' : 'failed', detail))
    const differences = failed.map(({ code, expected = '', found = '' }) => ({
      code,
      message: refused(code),
      expected,
      found,
    }))
    throw this.#refuse(first.code, first, [...this.#passed, ...list], differences)
  }

  /** A ledger that knows what passed so far and whose own passes are recorded nowhere: for doing the same checks once more. */
  aside(): Ledger {
    const aside = new Ledger()
    aside.#passed.push(...this.#passed)
    return aside
  }

  refusal(code: CheckCode, comparison: Comparison = {}): AttestationError | PolicyMismatch {
    return this.#refuse(code, comparison, [...this.#passed, entry(code, 'failed', comparison.detail)], [])
  }

  #refuse(
    code: CheckCode,
    { detail, expected, found, cause }: Comparison,
    checks: readonly Check[],
    differences: readonly Difference[],
  ): AttestationError | PolicyMismatch {
    const message = refused(code)
    const Kind = code.startsWith('policy/') ? PolicyMismatch : AttestationError
    return new Kind(code, detail === undefined ? message : `${message}: ${detail}`, {
      checks,
      differences,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

function refused(code: CheckCode): string {
  return `check failed: ${code}`
}

function entry(code: CheckCode, outcome: Check['outcome'], detail: string | undefined): Check {
  return detail === undefined ? { code, outcome } : { code, outcome, detail }
}

/** The checks of aspects in the family of a check. */
function aspectsOf(code: CheckCode): readonly CheckCode[] {
  const family = code.slice(0, code.indexOf('/') + 1)
  const known = families.get(family) ?? aspects.filter((aspect) => aspect.startsWith(family))
  families.set(family, known)
  return known
}

const families = new Map<string, readonly CheckCode[]>()

/** The check of an aspect, in the family of a check of which it is one. */
function aspectOf(code: CheckCode, { aspect }: FormatError): CheckCode {
  const narrower = `${code.slice(0, code.indexOf('/'))}/${aspect}`
  return aspects.find((one) => one === narrower) ?? code
}
