import { isPoint } from '../crypto.ts'
import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import { Fields, wholeBits } from './fields.ts'
import * as Tag from './tag.ts'
import { readOid } from './oid.ts'

/** A public key as certificates carry it. */
export interface PublicKey {
  readonly kind: 'P-256' | 'P-384' | 'RSA'
  /** Content of subjectPublicKey: 0x04 ‖ X ‖ Y, on the curve; of RSA an RSAPublicKey, DER (RFC 8017, A.1.1). */
  readonly bits: Uint8Array
  /** Bits of a coordinate, or of the modulus. */
  readonly size: number
}

const curves: Readonly<Record<string, 'P-256' | 'P-384'>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
}

/** No RSA key beyond this is looked at: the time of a signature check grows with it. */
const largestModulus = 8192

/**
 * Reads a SubjectPublicKeyInfo: id-ecPublicKey on a named curve, uncompressed (RFC 5480, §2), or rsaEncryption (RFC 3279, §2.3.1).
 *
 * @throws FormatError
 */
export function readPublicKey(spki: DerValue): PublicKey {
  const fields = new Fields(spki, 'the public key')
  const algorithm = new Fields(fields.take(Tag.sequence), 'the public key')
  const bits = wholeBits(fields.take(Tag.bitString), 'the public key')
  fields.end()
  const oid = readOid(algorithm.takeAny(), 'the public key')
  const parameters = algorithm.takeAny()
  algorithm.end()
  if (oid === '1.2.840.10045.2.1') return readPoint(readOid(parameters, 'the public key'), bits)
  if (oid === '1.2.840.113549.1.1.1' && parameters.tag === Tag.nothing) return readRsa(bits)
  throw new FormatError(`the public key is of algorithm ${oid}`)
}

function readPoint(curve: string, bits: Uint8Array): PublicKey {
  const kind = Object.hasOwn(curves, curve) ? curves[curve] : undefined
  if (kind === undefined) throw new FormatError(`the public key is on curve ${curve}`)
  if (!isPoint(bits, kind)) throw new FormatError(`the public key is not a point of ${kind}`)
  return { kind, bits, size: kind === 'P-256' ? 256 : 384 }
}

/** A positive odd modulus, and an odd exponent from 3 up to 32 bits, which is what every implementation takes. */
function readRsa(bits: Uint8Array): PublicKey {
  const fields = new Fields(readDer(bits), 'the public key')
  const [modulus, exponent] = [magnitude(fields.take(Tag.integer)), magnitude(fields.take(Tag.integer))]
  fields.end()
  const size = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24
  if (size > largestModulus) throw new FormatError('the public key is too large')
  const tiny = exponent.length === 1 && (exponent[0] ?? 0) < 3
  if (!isOdd(modulus) || !isOdd(exponent) || tiny || exponent.length > 4)
    throw new FormatError('the public key is no RSA key')
  return { kind: 'RSA', bits, size }
}

/** The bytes of a positive INTEGER, without the zero in front. */
function magnitude({ content }: DerValue): Uint8Array {
  if ((content[0] ?? 0) >= 0x80) throw new FormatError('the public key: a negative number')
  return content[0] === 0 ? content.subarray(1) : content
}

function isOdd(bytes: Uint8Array): boolean {
  return ((bytes[bytes.length - 1] ?? 0) & 1) === 1
}
