import type { BasisProofs } from '../basis.ts'
import { allOf } from '../all-of.ts'
import { resultOf } from '../attempt.ts'
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

/** Starts every signature check and hash of a quote at once, beside those of its basis. */
export async function proveQuote({ quote, leaf, pck, basis }: OpenedQuote): Promise<QuoteProofs> {
  const [attestationKey, leafKey] = [importPoint(quote.attestationKey), importPoint(leaf.point)]
  const proving = allOf({
    leafIsSigned: isSignedWith(basis.caKey, leaf.signed, leaf.signature),
    qeReportIsSigned: isSignedWith(leafKey, quote.qeSigned, quote.qeSignature),
    // The attestation key enters without its 0x04 (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 4).
    attestationKeyHash: sha256(quote.attestationKey.subarray(1), quote.qeAuthentication),
    quoteIsSigned: isSignedWith(attestationKey, quote.signed, quote.signature),
  })
  await Promise.all([attestationKey, leafKey])
  // Read while signatures are checked, believed after.
  resultOf(pck)
  return { ...(await basis.proofs), ...(await proving) }
}
