import { derive, type Derivation } from './derive.ts'
import type { CodeKey } from './code-key.ts'
import { encodeHeader, payloadKey } from './header.ts'
import { encodeRecipient } from './keys.ts'
import { wrapFileKey } from './x25519-stanza.ts'
import { secretKey } from './x25519.ts'

/** What the derivation is from: one file as it was read first. */
export interface PlainFile {
  /** Relative to the code folder. */
  readonly path: string
  readonly size: number
  /** Of its bytes, 32 bytes (plaintext-digest.ts). */
  readonly digest: Buffer
}

/** A file on its way into a package. */
export interface OpenFile {
  /** Descriptors. */
  readonly input: number
  readonly output: number
  /** Relative to the code folder. */
  readonly path: string
  /** What `input` had when it was opened; a file that grows is not followed. */
  readonly size: number
}

/** How an encrypted file is listed in an index. */
export interface EncryptedFile {
  readonly size: number
  /** Of the ciphertext, hex. */
  readonly sha256: string
}

/** How a deterministic age file begins. */
export interface DerivedHeader {
  /** Header and nonce. */
  readonly head: Buffer
  /** What follows is encrypted with it: 32 bytes. */
  readonly payloadKey: Buffer
}

/** @see spec/2-package.md, "Encrypted files" */
export function derivedHeader(file: PlainFile, key: CodeKey): DerivedHeader {
  const recipient = encodeRecipient(key.recipient)
  const from: Derivation = { secret: key.secret, ...file, recipients: [recipient] }
  const fileKey = derive(from, 'file-key', 16)
  const nonce = derive(from, 'nonce', 16)
  const ephemeral = secretKey(derive(from, `ephemeral:${recipient}`, 32))
  const header = encodeHeader([wrapFileKey(fileKey, key.recipient, ephemeral)], fileKey)
  return { head: Buffer.concat([header, nonce]), payloadKey: payloadKey(fileKey, nonce) }
}
