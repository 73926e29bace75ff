// The peer: the most used verifier in JavaScript, `@phala/dcap-qvl`.
import { createRequire } from 'node:module'

const { QuoteVerifier } = createRequire(import.meta.url)('@phala/dcap-qvl')

/** @returns a function that verifies once */
export function peer({ quote, raw, time }) {
  const verifier = QuoteVerifier.newProd()
  const bytes = Buffer.from(quote)
  const collateral = {
    ...raw,
    root_ca_crl: Buffer.from(raw.root_ca_crl, 'hex'),
    pck_crl: Buffer.from(raw.pck_crl, 'hex'),
    tcb_info_signature: Buffer.from(raw.tcb_info_signature, 'hex'),
    qe_identity_signature: Buffer.from(raw.qe_identity_signature, 'hex'),
  }
  return () => verifier.verify(bytes, collateral, time)
}
