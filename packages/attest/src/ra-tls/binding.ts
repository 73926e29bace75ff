import { ascii, concat, equal, isZero } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { toPem } from '../x509/pem.ts'
import type { RaTlsCertificate } from './certificate.ts'
import type { RaTls } from './read.ts'

/**
 * Whether the enclave vouches for the certificate's key: REPORTDATA[0:32] by the rule of the scheme, and of no other.
 *
 * | scheme | REPORTDATA[0:32] is the SHA-256 of |
 * | --- | --- |
 * | mse, Cosmian | content of subjectPublicKey: 0x04 ‖ X ‖ Y, or an RSAPublicKey |
 * | Gramine legacy | SubjectPublicKeyInfo, DER |
 * | Open Enclave | SubjectPublicKeyInfo, PEM, and a NUL |
 * | DICE | the encoded claims, whose `pubkey-hash` is a hash of SubjectPublicKeyInfo, DER |
 *
 * @param reportData 64 bytes
 */
export async function proveBinding(
  raTls: RaTls,
  certificate: RaTlsCertificate,
  reportData: Uint8Array,
): Promise<boolean> {
  const [bound, claimed] = await Promise.all([sha256(whatIsBound(raTls, certificate)), claimsKey(raTls, certificate)])
  return equal(reportData.subarray(0, 32), bound) && claimed
}

function whatIsBound({ scheme, claims }: RaTls, { key, spki }: RaTlsCertificate): Uint8Array {
  if (claims !== undefined) return claims.encoded
  if (scheme === 'Gramine legacy') return spki
  if (scheme === 'Open Enclave') return concat(ascii(toPem('PUBLIC KEY', spki)), Uint8Array.of(0))
  return key.bits
}

/** The first half of REPORTDATA binds the claims; these have to name the key. */
async function claimsKey({ claims }: RaTls, { spki }: RaTlsCertificate): Promise<boolean> {
  if (claims === undefined) return true
  const { algorithm, value } = claims.keyHash
  return equal(value, new Uint8Array(await crypto.subtle.digest(algorithm, concat(spki))))
}

/** Whether the scheme leaves REPORTDATA[32:64] to the application: it is a key to seal to, or zero. */
export function hasApplicationData({ scheme }: RaTls): boolean {
  return scheme === 'mse' || scheme === 'Cosmian'
}

/** Whether REPORTDATA[32:64] is zero where its scheme does not say what it means. */
export function isRestDefined(raTls: RaTls, reportData: Uint8Array): boolean {
  return hasApplicationData(raTls) || isZero(reportData.subarray(32))
}
