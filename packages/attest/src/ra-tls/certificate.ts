import { FormatError } from '../error.ts'
import { readCertificateParts, type CertificateParts } from '../x509/certificate-parts.ts'
import { readPublicKey, type PublicKey } from '../x509/public-key.ts'
import { readSignatureAlgorithm, type SignatureAlgorithm } from '../x509/signature-algorithm.ts'
import { readSignatureValue } from '../x509/signature-value.ts'
import { carriers, dice } from './schemes.ts'

/** What carries a quote is read, so it may be critical. */
const evidenceOids = [dice, ...carriers].map(({ oid }) => oid)

/** An X.509 v3 certificate of an enclave: of a P-256, P-384 or RSA key, signed by a key of the same kind. */
export interface RaTlsCertificate extends CertificateParts {
  readonly key: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
  /** r ‖ s, each of the length of the key's coordinates; of RSA as many bytes as the modulus has. */
  readonly signature: Uint8Array
}

/**
 * Decodes one certificate and nothing more. Chains inside quotes are read more strictly: see `readCertificate`.
 *
 * @throws FormatError also for other algorithms, versions, and critical extensions that are not known
 */
export function readRaTlsCertificate(der: Uint8Array): RaTlsCertificate {
  const { parts, open } = readCertificateParts(der, evidenceOids)
  const key = readPublicKey(open.publicKey)
  // Gramine's certificates have the NULL: mbed TLS wrote it for ECDSA, too. It is covered by the signature.
  const signatureAlgorithm = readSignatureAlgorithm(open.signatureAlgorithm, true)
  const family = key.kind === 'RSA' ? 'RSA' : 'ECDSA'
  if (signatureAlgorithm.family !== family) throw new FormatError('the signature is not of the kind of the key')
  return { key, signatureAlgorithm, signature: readSignature(key, open.signatureBits), ...parts }
}

function readSignature({ kind, size }: PublicKey, bits: Uint8Array): Uint8Array {
  if (kind !== 'RSA') return readSignatureValue(bits, kind === 'P-256' ? 32 : 48)
  if (bits.length !== Math.ceil(size / 8)) throw new FormatError('the signature is not as long as the key')
  return bits
}
