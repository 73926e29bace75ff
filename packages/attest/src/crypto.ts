import { concat } from './bytes.ts'

const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)))
}

/**
 * Whether 0x04 ‖ X ‖ Y (65 bytes) is a point of P-256: y² = x³ − 3x + b, coordinates below p (SP 800-186, §3.2.1.3).
 * Checked here and not left to the import of the key, so that decoding is complete before any signature is looked at.
 */
export function isPoint(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) return false
  const x = toBigInt(point.subarray(1, 33))
  const y = toBigInt(point.subarray(33, 65))
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n
}

/**
 * Whether `signature` (r ‖ s, 64 bytes) is an ECDSA P-256 SHA-256 signature of `message` by `point` (65 bytes).
 * Whatever WebCrypto refuses to look at is not a signature.
 */
export async function isSignedBy(point: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', concat(point), algorithm, false, ['verify'])
    return await crypto.subtle.verify(algorithm, key, concat(signature), concat(message))
  } catch {
    return false
  }
}

/** 32 bytes, big-endian. */
function toBigInt(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 32)
  return [0, 8, 16, 24].reduce((value, offset) => (value << 64n) | view.getBigUint64(offset), 0n)
}
