import { createHash, type X509Certificate } from 'node:crypto'
import { MseError } from '../../error.ts'

/** Lower-case hex SHA-256 of a certificate (DER), or of its SubjectPublicKeyInfo (DER). */
export type Pin = string

/**
 * Reads `sha256:` and 64 hex digits, in either case, with or without colons between bytes, as openssl prints them.
 *
 * @throws MseError `usage/bad-value`
 */
export function parsePin(text: string): Pin {
  const digits = /^sha256:((?:[0-9a-f]{2}:?){31}[0-9a-f]{2})$/i.exec(text)?.[1]
  if (digits !== undefined) return digits.replaceAll(':', '').toLowerCase()
  throw new MseError('usage/bad-value', '--pccs-pin has a value that it does not take', {
    expected: 'sha256: and 64 hexadecimal digits',
    found: text,
  })
}

/** The pin of a certificate's key: it outlives the certificate when that is renewed under the same key. */
export function keyPin(certificate: X509Certificate): Pin {
  return sha256(certificate.publicKey.export({ type: 'spki', format: 'der' }))
}

/** Whether one of the pins is of this certificate or of its key. */
export function isPinned(certificate: X509Certificate, pins: readonly Pin[]): boolean {
  return pins.includes(keyPin(certificate)) || pins.includes(sha256(certificate.raw))
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
