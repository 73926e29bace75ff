import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pemToDers } from '@mse/attest/parts'

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

/** A set of collateral in its wire forms. A part that is missing is empty. */
export function readCollateral(directory, file) {
  const parts = JSON.parse(readFileSync(join(directory, file), 'utf8'))
  const document = (member, text, signature) =>
    utf8(`{"${member}":${text ?? ''},"signature":${JSON.stringify(signature ?? '')}}`)
  return {
    tcbInfo: document('tcbInfo', parts.tcb_info, parts.tcb_info_signature),
    tcbInfoIssuerChain: parts.tcb_info_issuer_chain ?? '',
    qeIdentity: document('enclaveIdentity', parts.qe_identity, parts.qe_identity_signature),
    qeIdentityIssuerChain: parts.qe_identity_issuer_chain ?? '',
    pckCrl: revocationList(parts.pck_crl ?? ''),
    pckCrlIssuerChain: parts.pck_crl_issuer_chain ?? '',
    rootCaCrl: revocationList(parts.root_ca_crl ?? ''),
  }
}

/** Hexadecimal to the last digit, or PEM; any other text is left as it is, to be refused. */
function revocationList(text) {
  if (/^(?:[0-9a-fA-F]{2})*$/.test(text)) return new Uint8Array(Buffer.from(text, 'hex'))
  try {
    return pemToDers(text, 'X509 CRL')[0]
  } catch {
    return utf8(text)
  }
}

const utf8 = (text) => new TextEncoder().encode(text)
