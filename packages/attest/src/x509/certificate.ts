import { FormatError } from '../error.ts'
import { readCertificateParts, type CertificateParts } from './certificate-parts.ts'
import type { DerValue } from './der.ts'
import { readPublicKey } from './public-key.ts'
import { sgxExtensionOid } from './sgx-extension.ts'
import { readSignatureAlgorithm } from './signature-algorithm.ts'
import { readSignatureValue } from './signature-value.ts'

/** An X.509 v3 certificate of a P-256 key, signed with ecdsa-with-SHA256: the only kind that Intel issues. */
export interface Certificate extends CertificateParts {
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array
  /** 0x04 ‖ X ‖ Y, 65 bytes, on the curve. */
  readonly point: Uint8Array
}

/**
 * Decodes one certificate and nothing more.
 *
 * @throws FormatError also for other algorithms, versions, and critical extensions that are not known
 */
export function readCertificate(der: Uint8Array): Certificate {
  // What a PCK certificate says of its platform is read, so it may be critical.
  const { parts, open } = readCertificateParts(der, [sgxExtensionOid])
  demandEcdsaSha256(open.signatureAlgorithm)
  const key = readPublicKey(open.publicKey)
  if (key.kind !== 'P-256') throw new FormatError('the public key is not a P-256 key')
  return { signature: readSignatureValue(open.signatureBits), point: key.bits, ...parts }
}

/** @throws FormatError for every other algorithm */
export function demandEcdsaSha256(value: DerValue): void {
  const { family, hash } = readSignatureAlgorithm(value)
  if (family === 'ECDSA' && hash === 'SHA-256') return
  throw new FormatError(`the signature algorithm is ${family} with ${hash}`)
}
