import { verify, type KeyObject } from 'node:crypto'
import { MseError } from '../../../error.ts'
import { toBeSigned } from './sigstruct-body.ts'
import { fromInteger, modulusOf, NUMBER_SIZE, toInteger, toLittleEndian } from './rsa.ts'

/** Something that signs with RSA-3072: a key on disk, or a program that has one. */
export interface Signer {
  readonly publicKey: KeyObject
  /**
   * @param data 256 bytes
   * @returns RSASSA-PKCS1-v1_5 with SHA-256, 384 bytes, most significant first
   */
  sign(data: Uint8Array): Promise<Uint8Array>
}

/**
 * Completes a SIGSTRUCT: key, signature, and the two quotients that spare the processor a division (Intel SDM vol. 3D, "Enclave
 * Signature Structure", Q1 and Q2).
 *
 * @param body what `sigstructBody` gives
 * @returns 1808 bytes
 * @throws MseError `signing/key`, `signing/signature` when the signer's answer is not a signature by its key
 */
export async function signSigstruct(body: Uint8Array, signer: Signer): Promise<Buffer> {
  const modulus = modulusOf(signer.publicKey)
  const data = toBeSigned(body)
  const signature = await signer.sign(data)
  if (signature.length !== NUMBER_SIZE || !verify('sha256', data, signer.publicKey, signature)) {
    throw new MseError('signing/signature', 'what came back is not a signature of this enclave by this key', {
      expected: 'RSASSA-PKCS1-v1_5 with SHA-256, 384 bytes',
      found: `${signature.length} bytes`,
    })
  }
  const sigstruct = Buffer.from(body)
  const { q1, q2 } = quotients(signature, modulus)
  sigstruct.set(toLittleEndian(modulus), 128)
  sigstruct.writeUInt32LE(3, 512)
  sigstruct.set(toLittleEndian(signature), 516)
  sigstruct.set(toLittleEndian(q1), 1040)
  sigstruct.set(toLittleEndian(q2), 1424)
  return sigstruct
}

/** Q1 = ⌊S²/N⌋, Q2 = ⌊(S² mod N)·S/N⌋. */
export function quotients(signature: Uint8Array, modulus: Uint8Array): { q1: Buffer; q2: Buffer } {
  const [s, n] = [toInteger(signature), toInteger(modulus)]
  return { q1: fromInteger((s * s) / n), q2: fromInteger((((s * s) % n) * s) / n) }
}
