import { concat, viewOf } from './bytes.ts'

interface Curve {
  /** Bytes of a coordinate. */
  readonly length: number
  readonly p: bigint
  readonly b: bigint
}

/** SP 800-186, §3.2.1.3 and §3.2.1.4. */
const curves: Readonly<Record<'P-256' | 'P-384', Curve>> = {
  'P-256': {
    length: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    length: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
}

const none = new Uint8Array(0)

export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const [only, ...more] = parts
  return new Uint8Array(await crypto.subtle.digest('SHA-256', more.length > 0 ? concat(...parts) : own(only ?? none)))
}

/**
 * Whether 0x04 ‖ X ‖ Y is a point of the curve: y² = x³ − 3x + b, coordinates below p.
 * Checked here and not left to the import of the key, so that decoding is complete before any signature is looked at.
 */
export function isPoint(point: Uint8Array, on: 'P-256' | 'P-384' = 'P-256'): boolean {
  const { length, p, b } = curves[on]
  if (point.length !== 1 + 2 * length || point[0] !== 4) return false
  const x = toBigInt(point.subarray(1, 1 + length))
  const y = toBigInt(point.subarray(1 + length))
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n
}

/**
 * Whether `signature` (r ‖ s, 64 bytes) is an ECDSA P-256 SHA-256 signature of `message` by `point` (65 bytes).
 * Whatever WebCrypto refuses to look at is not a signature.
 */
export async function isSignedBy(point: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return isSignedWith(await importPoint(point), message, signature)
}

/** A key to verify with: a point is imported once, however much it has signed. Undefined if WebCrypto refuses it. */
export type PointKey = Promise<CryptoKey | undefined>

const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * @param point 0x04 ‖ X ‖ Y, 65 bytes
 * @param after what this waits for: an import keeps its thread, while others check signatures by the key before
 */
export async function importPoint(point: Uint8Array, after?: Promise<unknown>): PointKey {
  if (after !== undefined) await after
  return crypto.subtle.importKey('raw', own(point), p256, false, ['verify']).catch(() => undefined)
}

/** As `isSignedBy`, by a key that was imported. The check has started when this returns. */
export async function isSignedWith(
  key: Awaited<PointKey>,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (key === undefined) return false
  return crypto.subtle.verify(p256, key, own(signature), own(message)).catch(() => false)
}

/** WebCrypto takes no memory that threads share, and makes a copy of any other before it returns. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

/** Big-endian; a multiple of 8 bytes. */
function toBigInt(bytes: Uint8Array): bigint {
  const view = viewOf(bytes)
  let number = 0n
  for (let at = 0; at < bytes.length; at += 8) number = (number << 64n) | view.getBigUint64(at)
  return number
}
