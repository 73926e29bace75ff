import { concat } from '../bytes.ts'
import { fromBase64 } from '../base64.ts'
import { integer, sequence } from './der-writer.ts'

const p256 = { name: 'ECDSA', namedCurve: 'P-256' }

/** The private key of a platform as JSON: a JWK of P-256 (RFC 7518, §6.2). */
export interface SavedKey {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
}

/** A new P-256 key pair that can be saved. */
export async function generateKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(p256, true, ['sign', 'verify'])
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

/** SEQUENCE { r, s }, as certificates have it. */
export async function signDer(key: CryptoKey, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await sign(key, message)
  return sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)))
}
