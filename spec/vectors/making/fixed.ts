import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { rawPublicKey } from '@mse/core/owner/ed25519'
import { publicValue, secretKey } from '@mse/core/package/age/x25519'

/** One case of a vector file; the other members are those that spec/README.md lists for its file. */
export interface Case {
  readonly name: string
  /** `ok`, or what refuses it. */
  readonly expect: string
  readonly [member: string]: unknown
}

/** A vector file (spec/README.md). */
export interface VectorFile {
  readonly comment: string
  readonly cases: readonly Case[]
}

/** Bytes that look random and are the same for everybody: SHA-256(label ‖ 0x00 ‖ u64be(0)) ‖ SHA-256(label ‖ 0x00 ‖ u64be(1)) … */
export function fixedBytes(label: string, size: number): Buffer {
  const blocks: Buffer[] = []
  for (let count = 0; count * 32 < size; count += 1) {
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(count))
    blocks.push(createHash('sha256').update(label).update('\0').update(counter).digest())
  }
  return Buffer.concat(blocks).subarray(0, size)
}

/** An X25519 key pair, both halves as 32 raw bytes. */
export function fixedX25519(label: string): { readonly secret: Buffer; readonly recipient: Buffer } {
  const secret = fixedBytes(label, 32)
  return { secret, recipient: publicValue(secretKey(secret)) }
}

export interface Signer {
  readonly seed: Buffer
  readonly signing: KeyObject
  /** The raw public key, hex. */
  readonly owner: string
}

/** An Ed25519 key pair (RFC 8410). */
export function fixedEd25519(label: string): Signer {
  const seed = fixedBytes(label, 32)
  const signing = ed25519FromSeed(seed)
  return { seed, signing, owner: rawPublicKey(createPublicKey(signing)).toString('hex') }
}

export function ed25519FromSeed(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

export function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64')
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
