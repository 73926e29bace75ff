import { createHash, type KeyObject } from 'node:crypto'
import { MseError } from '../../../error.ts'

/** Bytes of an RSA-3072 number. */
export const NUMBER_SIZE = 384

/**
 * The modulus of a key that enclaves can be signed with.
 *
 * @returns 384 bytes, most significant first
 * @throws MseError `signing/key` unless it is RSA of exactly 3072 bits with exponent 3, which is all that SGX knows
 */
export function modulusOf(key: KeyObject): Buffer {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type !== 'rsa' || details?.modulusLength !== 3072 || details.publicExponent !== 3n) {
    const found =
      type === 'rsa' ? `RSA, ${details?.modulusLength} bits, exponent ${details?.publicExponent}` : String(type)
    throw new MseError('signing/key', 'enclaves cannot be signed with this key', {
      expected: 'RSA, 3072 bits, exponent 3',
      found,
      next: 'Make one: mse keygen --signing',
    })
  }
  return Buffer.from(key.export({ format: 'jwk' }).n as string, 'base64url')
}

/** MRSIGNER of enclaves that a key signs, hex: SHA-256 of the modulus as a SIGSTRUCT has it. */
export function signerOf(key: KeyObject): string {
  return createHash('sha256')
    .update(toLittleEndian(modulusOf(key)))
    .digest('hex')
}

/** Numbers in SIGSTRUCT are least significant byte first. */
export function toLittleEndian(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes).reverse()
}

export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

export function fromInteger(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * NUMBER_SIZE, '0'), 'hex')
}
