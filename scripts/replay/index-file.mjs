import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The entries of a folder's INDEX.json, or undefined if it has none. */
export function readIndex(directory) {
  try {
    const { entries } = JSON.parse(readFileSync(join(directory, 'INDEX.json'), 'utf8'))
    return Array.isArray(entries) ? entries : undefined
  } catch {
    return undefined
  }
}

export function readBytes(directory, file) {
  return new Uint8Array(readFileSync(join(directory, file)))
}

/** A set of collateral in its wire forms. */
export function readCollateral(directory, file) {
  const parts = JSON.parse(readFileSync(join(directory, file), 'utf8'))
  const document = (member, text, signature) =>
    new TextEncoder().encode(`{"${member}":${text},"signature":${JSON.stringify(signature)}}`)
  return {
    tcbInfo: document('tcbInfo', parts.tcb_info, parts.tcb_info_signature),
    tcbInfoIssuerChain: parts.tcb_info_issuer_chain,
    qeIdentity: document('enclaveIdentity', parts.qe_identity, parts.qe_identity_signature),
    qeIdentityIssuerChain: parts.qe_identity_issuer_chain,
    pckCrl: new Uint8Array(Buffer.from(parts.pck_crl, 'hex')),
    pckCrlIssuerChain: parts.pck_crl_issuer_chain,
    rootCaCrl: new Uint8Array(Buffer.from(parts.root_ca_crl, 'hex')),
  }
}
