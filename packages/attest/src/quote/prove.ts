import type { BasisProofs } from '../basis.ts'
import { isSignedBy, isSignedWith, sha256 } from '../crypto.ts'
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
export async function proveQuote({ quote, leaf, basis }: OpenedQuote): Promise<QuoteProofs> {
  const [proofs, leafIsSigned, qeReportIsSigned, attestationKeyHash, quoteIsSigned] = await Promise.all([
    basis.proofs,
    isSignedWith(basis.caKey, leaf.signed, leaf.signature),
    isSignedBy(leaf.point, quote.qeSigned, quote.qeSignature),
    // The attestation key enters without its 0x04 (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 4).
    sha256(quote.attestationKey.subarray(1), quote.qeAuthentication),
    isSignedBy(quote.attestationKey, quote.signed, quote.signature),
  ])
  return { ...proofs, leafIsSigned, qeReportIsSigned, attestationKeyHash, quoteIsSigned }
}
