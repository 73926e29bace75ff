import type { Collateral } from '../collateral/collateral.ts'

/** A certificate that carries a quote over its key: it proves who is at the other end of a channel. */
export interface CertificateEvidence {
  /** X.509, DER. */
  readonly certificate: Uint8Array
  /** What its sender thinks the verifier needs; believed as far as its signatures reach. */
  readonly collateral?: Collateral
}

/** A quote alone: it proves that there is such an enclave, and no channel to it. */
export interface QuoteEvidence {
  readonly quote: Uint8Array
  readonly collateral?: Collateral
}

/** What an enclave shows. */
export type Evidence = CertificateEvidence | QuoteEvidence

export const schema = 'mse-evidence/1'

/** Bytes, in whatever form. */
export const largestEvidence: number = 256 * 1024
