import { concat } from '../bytes.ts'
import { fromBase64 } from '../base64.ts'

const p256 = { name: 'ECDSA', namedCurve: 'P-256' }

/** The private key of a platform as JSON: a JWK of P-256 (RFC 7518, §6.2). */
export interface SavedKey {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
}

/** A new key pair that can be saved if it is a P-256 one. RSA: `size` bits, SHA-256. */
export async function generateKey(
  kind: 'P-256' | 'P-384' | 'RSA' = 'P-256',
  size: number = 2048,
): Promise<CryptoKeyPair> {
  if (kind !== 'RSA') {
    return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: kind }, true, ['sign', 'verify'])
  }
  const publicExponent = Uint8Array.of(1, 0, 1)
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: size, publicExponent, hash: 'SHA-256' }
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

export async function saveKey(key: CryptoKey): Promise<SavedKey> {
  const { x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', key)
  return { kty: 'EC', crv: 'P-256', x, y, d }
}

/** The private key, which cannot be exported again. */
export async function loadKey({ kty, crv, x, y, d }: SavedKey): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, p256, false, ['sign'])
}

/** 0x04 ‖ X ‖ Y, 65 bytes. */
export function pointOf({ x, y }: SavedKey): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(4), ...[x, y].map((text) => fromBase64(`${text.replace(/-/g, '+').replace(/_/g, '/')}=`)))
}

export async function exportPoint(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

/** r ‖ s, 64 bytes. */
export async function sign(key: CryptoKey, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, concat(message)))
}
