import type { Collateral } from '../collateral/collateral.ts'

/** What whoever hands evidence over says that it is of. Nothing of it is proved, and no verdict rests on it. */
export interface EvidenceAbout {
  /** Of the application, 1 to 255 characters. */
  readonly name: string
  /** What the evidence is said to show, 64 hex digits. */
  readonly fingerprint: string
  /** Which launch it is said to be of, 32 hex digits. */
  readonly instance: string
}

/** A certificate that carries a quote over its key: it proves who is at the other end of a channel. */
export interface CertificateEvidence {
  /** X.509, DER. */
  readonly certificate: Uint8Array
  /** What its sender thinks the verifier needs; believed as far as its signatures reach. */
  readonly collateral?: Collateral
  readonly about?: EvidenceAbout
}

/** A quote alone: it proves that there is such an enclave, and no channel to it. */
export interface QuoteEvidence {
  readonly quote: Uint8Array
  readonly collateral?: Collateral
  readonly about?: EvidenceAbout
}

/** What an enclave shows. */
export type Evidence = CertificateEvidence | QuoteEvidence

export const schema = 'mse-evidence/1'

/** Bytes, in whatever form. */
export const largestEvidence: number = 256 * 1024
