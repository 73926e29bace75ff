import { sha256 } from '../crypto.ts'
import { bits, boolean, commonName, der, integer, octets, oid, sequence, small, time } from './der-writer.ts'
import { signatureAlgorithm, signTbs } from './certificate-signature.ts'
import { exportPoint } from './keys.ts'

/** What goes into a certificate. */
export interface CertificateFields {
  readonly subject: string
  readonly issuer: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: CryptoKey
  /** The issuer's private key. */
  readonly signedBy: CryptoKey
  /** Each a whole Extension, DER: see `extension`. */
  readonly extensions: readonly Uint8Array[]
}

/** A v3 certificate, DER, of a key of `generateKey` and signed by one. Its serial number is a hash of its key and subject. */
export async function issueCertificate(fields: CertificateFields): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = signatureAlgorithm(fields.signedBy)
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', fields.publicKey))
  const subject = commonName(fields.subject)
  const serial = (await sha256(spki, subject)).subarray(0, 20)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const signed = sequence(
    der(0xa0, small(2)),
    integer(serial),
    algorithm,
    commonName(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    subject,
    spki,
    der(0xa3, sequence(...fields.extensions)),
  )
  return sequence(signed, algorithm, bits(await signTbs(fields.signedBy, signed)))
}

/** One Extension, DER. */
export function extension(dotted: string, value: Uint8Array, critical: boolean = false): Uint8Array<ArrayBuffer> {
  return sequence(oid(dotted), ...(critical ? [boolean(true)] : []), octets(value))
}

/** basicConstraints, critical. `pathLength` undefined: no limit. */
export function authority(issues: boolean, pathLength?: number): Uint8Array<ArrayBuffer> {
  const length = pathLength === undefined ? [] : [small(pathLength)]
  return extension('2.5.29.19', issues ? sequence(boolean(true), ...length) : sequence(), true)
}

/** keyUsage, critical: for issuers keyCertSign and cRLSign, for others digitalSignature. */
export function usage(kind: 'issuer' | 'signer'): Uint8Array<ArrayBuffer> {
  return extension('2.5.29.15', kind === 'issuer' ? bits(Uint8Array.of(0x06), 1) : bits(Uint8Array.of(0x80), 7), true)
}

/** Subject and authority key identifiers: by these, other tools find their way up a chain. */
export async function keyIdentifiers(key: CryptoKey, issuer: CryptoKey): Promise<readonly Uint8Array[]> {
  const [own, above] = await Promise.all([identifier(key), identifier(issuer)])
  return [extension('2.5.29.35', sequence(der(0x80, above))), extension('2.5.29.14', octets(own))]
}

/** RFC 7093, §2, method 1. */
async function identifier(key: CryptoKey): Promise<Uint8Array> {
  return (await sha256(await exportPoint(key))).subarray(0, 20)
}
