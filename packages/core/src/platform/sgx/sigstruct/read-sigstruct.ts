import { createHash, createPublicKey, verify } from 'node:crypto'
import { MseError } from '../../../error.ts'
import type { Attributes } from './enclave-attributes.ts'
import { HEADER, HEADER_2, SIGSTRUCT_SIZE, toBeSigned } from './sigstruct-body.ts'
import { decodeDate } from './date.ts'
import { NUMBER_SIZE, toLittleEndian } from './rsa.ts'
import { quotients } from './sign-sigstruct.ts'

/** What a SIGSTRUCT says, its signature having been verified. */
export interface Sigstruct extends Attributes {
  /** Hex. */
  readonly mrenclave: string
  /** SHA-256 of the modulus, hex: who signed. */
  readonly mrsigner: string
  readonly productId: number
  readonly securityVersion: number
  /** `YYYY-MM-DD`. */
  readonly date: string
}

/**
 * Reads a SIGSTRUCT as a processor would: fixed fields, signature, quotients.
 *
 * @param bytes 1808 of them
 * @throws MseError `sigstruct/malformed`, `sigstruct/date`, `sigstruct/signature`
 */
export function readSigstruct(bytes: Buffer): Sigstruct {
  if (bytes.length !== SIGSTRUCT_SIZE) throw malformed(`${bytes.length} bytes`)
  const reserved = [
    bytes.subarray(40, 128),
    bytes.subarray(908, 928),
    bytes.subarray(992, 1024),
    bytes.subarray(1028, 1040),
  ]
  const isFixed = bytes.subarray(0, 16).equals(HEADER) && bytes.subarray(24, 40).equals(HEADER_2)
  if (!isFixed || bytes.readUInt32LE(16) !== 0) throw malformed('another header')
  if (reserved.some((part) => part.some((byte) => byte !== 0))) throw malformed('reserved bytes that are not zero')
  verifySignature(bytes)
  return {
    mrenclave: bytes.toString('hex', 960, 992),
    mrsigner: createHash('sha256').update(bytes.subarray(128, 512)).digest('hex'),
    productId: bytes.readUInt16LE(1024),
    securityVersion: bytes.readUInt16LE(1026),
    date: decodeDate(bytes.readUInt32LE(20)),
    flags: bytes.readBigUInt64LE(928),
    flagsMask: bytes.readBigUInt64LE(944),
    xfrm: bytes.readBigUInt64LE(936),
    xfrmMask: bytes.readBigUInt64LE(952),
    misc: bytes.readUInt32LE(900),
    miscMask: bytes.readUInt32LE(904),
  }
}

function verifySignature(bytes: Buffer): void {
  const modulus = toLittleEndian(bytes.subarray(128, 512))
  const signature = toLittleEndian(bytes.subarray(516, 516 + NUMBER_SIZE))
  if (bytes.readUInt32LE(512) !== 3 || (modulus[0] as number) < 0x80)
    throw unsigned('the key is not RSA-3072 with exponent 3')
  const key = createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'Aw' }, format: 'jwk' })
  if (!verify('sha256', toBeSigned(bytes), key, signature)) throw unsigned('the signature is not by the key in it')
  const { q1, q2 } = quotients(signature, modulus)
  const same = toLittleEndian(q1).equals(bytes.subarray(1040, 1424)) && toLittleEndian(q2).equals(bytes.subarray(1424))
  if (!same) throw unsigned('Q1 or Q2 is not the quotient')
}

function malformed(found: string): MseError {
  return new MseError('sigstruct/malformed', 'this is not a SIGSTRUCT', {
    expected: `${SIGSTRUCT_SIZE} bytes, version 1`,
    found,
  })
}

function unsigned(what: string): MseError {
  return new MseError('sigstruct/signature', `the SIGSTRUCT is not validly signed: ${what}`)
}
