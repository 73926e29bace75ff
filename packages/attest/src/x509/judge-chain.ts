import type { CheckCode } from '../checks/checks.ts'
import type { Ledger } from '../ledger.ts'
import type { Certificate } from './certificate.ts'
import { hasBegun, hasEnded, misnamed, misused, overLength, period, strayed, withoutAuthority } from './chain.ts'

/** A chain whose root has been judged. */
interface Given {
  /** Leaf first, root last. */
  readonly certificates: readonly Certificate[]
  readonly isSigned: boolean
  /** The common names that each may bear. */
  readonly names: readonly (readonly string[])[]
  readonly now: Date
}

type Step<Family extends string> = Extract<CheckCode, `${Family}/${string}`>

/**
 * Judges all of a chain but its root (RFC 5280, §6.1, for chains of one shape).
 *
 * @throws AttestationError `chain/…` or `signer/…`
 */
export function judgeChain(ledger: Ledger, family: 'chain' | 'signer', given: Given): void {
  const { certificates, now } = given
  const demand = (step: Step<'chain'> | Step<'signer'>, culprit: Certificate | undefined): void => {
    ledger.require(step, culprit === undefined, culprit === undefined ? {} : { detail: named(culprit) })
  }
  demand(`${family}/issuer`, strayed(certificates))
  ledger.require(`${family}/signature`, given.isSigned)
  demand(`${family}/authority`, withoutAuthority(certificates))
  // A root always allows what it issues itself.
  if (family === 'chain') demand('chain/path-length', overLength(certificates))
  demand(`${family}/key-usage`, misused(certificates))
  demand(`${family}/role`, misnamed(certificates, given.names))
  const early = certificates.find((certificate) => !hasBegun(certificate, now))
  ledger.require(`${family}/not-yet-valid`, early === undefined, early && period(early, now))
  const late = certificates.find((certificate) => hasEnded(certificate, now))
  ledger.require(`${family}/expired`, late === undefined, late && period(late, now))
}

function named({ commonName }: Certificate): string {
  return commonName ?? 'a certificate without a name'
}
