/** What an enclave shows: a self-signed certificate that carries a quote over its key. */
export interface Evidence {
  /** X.509, DER. */
  readonly certificate: Uint8Array
}

export const schema = 'mse-evidence/1'

/** Bytes, in whatever form. */
export const largestEvidence: number = 256 * 1024
