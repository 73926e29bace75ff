import { concat } from '../bytes.ts'
import type { RaTlsCertificate } from './certificate.ts'

/** Bits of the smallest RSA modulus that a key may have (NIST SP 800-131A rev. 2, §3). */
const smallestModulus = 2048

/** Whether nobody can be expected to find the private key. */
export function isStrongEnough({ key }: RaTlsCertificate): boolean {
  return key.kind !== 'RSA' || key.size >= smallestModulus
}

/** Whether the certificate is signed by its own key. Whatever WebCrypto refuses to look at is not a signature. */
export async function isSelfSigned(certificate: RaTlsCertificate): Promise<boolean> {
  const { signature, signed } = certificate
  const hash = { name: certificate.signatureAlgorithm.hash }
  try {
    const key = await importKey(certificate, hash)
    return await crypto.subtle.verify({ name: key.algorithm.name, hash }, key, concat(signature), concat(signed))
  } catch {
    return false
  }
}

/** Points are imported raw, which is quicker than as SubjectPublicKeyInfo. */
async function importKey({ key, spki }: RaTlsCertificate, hash: { readonly name: string }): Promise<CryptoKey> {
  if (key.kind === 'RSA') {
    return crypto.subtle.importKey('spki', concat(spki), { name: 'RSASSA-PKCS1-v1_5', hash }, false, ['verify'])
  }
  return crypto.subtle.importKey('raw', concat(key.bits), { name: 'ECDSA', namedCurve: key.kind }, false, ['verify'])
}
