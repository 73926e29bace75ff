import { createHash } from 'node:crypto'
import { hkdf } from './hkdf.ts'

/** What makes a deterministic age file: who, where and what (spec/2-package.md, "Encrypted files"). */
export interface Derivation {
  /** 32 raw bytes: the X25519 secret of the code key. */
  readonly secret: Uint8Array
  /** Path of the plaintext, relative to the code folder. */
  readonly path: string
  /** Bytes of plaintext. */
  readonly size: number
  /** Of the plaintext, 32 bytes (plaintext-digest.ts). */
  readonly digest: Uint8Array
  /** `age1…` */
  readonly recipients: readonly string[]
}

/** Derives what age would draw at random, at most 32 bytes: equal input gives equal bytes, another file gives unrelated ones. */
export function derive(from: Derivation, label: string, length: number): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(from.size))
  const info = Buffer.concat([
    Buffer.from(label),
    Buffer.of(0),
    size,
    hash(Buffer.from(from.path)),
    from.digest,
    hash(Buffer.from(from.recipients.toSorted().join('\n'))),
  ])
  return hkdf(from.secret, Buffer.from('mse/age/v1'), info, length)
}

function hash(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
