import type { BasisProofs } from '../basis.ts'
import { allOf } from '../all-of.ts'
import { resultOf } from '../attempt.ts'
import { equal } from '../bytes.ts'
import { importPoint, isSignedWith, sha256 } from '../crypto.ts'
import type { OpenedQuote } from './open.ts'

/** What the arithmetic says, before anything is made of it. */
export interface QuoteProofs extends BasisProofs {
  readonly leafIsSigned: boolean
  readonly qeReportIsSigned: boolean
  /** SHA-256 of what the quoting enclave vouches for. */
  readonly attestationKeyHash: Uint8Array
  readonly quoteIsSigned: boolean
}

/**
 * Signatures of the quote first, then those of what it rests on. An import of a key keeps this thread; so each one waits for
 * the check before to have started, which other threads do.
 *
 * @param meanwhile called once when all checks on a known basis have started
 */
export async function proveQuote(
  { quote, leaf, leafIsKnown, leafKey: keyOfLeaf, pck, basis }: OpenedQuote,
  meanwhile: () => void = () => undefined,
): Promise<QuoteProofs> {
  const leafIsSigned = leafIsKnown || basis.caKey.then((key) => isSignedWith(key, leaf.signed, leaf.signature))
  const leafKey = keyOfLeaf()
  const qeReportIsSigned = leafKey.then((key) => isSignedWith(key, quote.qeSigned, quote.qeSignature))
  const attestationKey = importPoint(quote.attestationKey, leafKey)
  const quoteIsSigned = attestationKey.then((key) => isSignedWith(key, quote.signed, quote.signature))
  await attestationKey
  const proving = allOf({
    leafIsSigned,
    qeReportIsSigned,
    // The attestation key enters without its 0x04 (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 4).
    attestationKeyHash: sha256(quote.attestationKey.subarray(1), quote.qeAuthentication),
    quoteIsSigned,
  })
  const basisProofs = basis.proofs()
  // Read while signatures are checked, believed after.
  resultOf(pck)
  meanwhile()
  return { ...(await basisProofs), ...(await proving) }
}

/** What of it holds for the next quote on the same basis, too. */
export function ofBasis(found: QuoteProofs): BasisProofs {
  const { leafIsSigned: _, qeReportIsSigned: __, attestationKeyHash: ___, quoteIsSigned: ____, ...basis } = found
  return basis
}

/** The proofs of a quote on a known basis, if it is genuine; undefined if its basis is not known. */
export function expectedOf({ quote, proven }: OpenedQuote): QuoteProofs | undefined {
  if (proven === undefined) return undefined
  const attestationKeyHash = quote.qeReport.reportData.subarray(0, 32)
  return { leafIsSigned: true, qeReportIsSigned: true, attestationKeyHash, quoteIsSigned: true, ...proven }
}

/** Whether the arithmetic said what was expected of the quote; of its basis it said so before. */
export function isAsExpected(found: QuoteProofs, expected: QuoteProofs): boolean {
  const areSigned = found.leafIsSigned && found.qeReportIsSigned && found.quoteIsSigned
  return areSigned && equal(found.attestationKeyHash, expected.attestationKeyHash)
}
