import type { createCipheriv } from 'node:crypto'

/** A piece of a payload, on the way to its ciphertext. */
export interface Piece {
  /** Of the payload, 32 bytes. */
  readonly key: Uint8Array
  /** How many chunks were before it. */
  readonly first: number
  /** Whole chunks of 64 KiB, and any rest when `last`. Empty only in an empty file. */
  readonly plaintext: Uint8Array
  readonly last: boolean
}

/**
 * Seals chunks (https://age-encryption.org/v1, "Payload"), each with its tag behind it. Uses nothing but its parameters and what is
 * everywhere: threads get it as source.
 *
 * @param sealed has room for 16 bytes more than the plaintext for each chunk, of which there is at least one
 * @returns how many bytes were written
 */
export function sealChunks(
  cipher: typeof createCipheriv,
  { key, first, plaintext, last }: Piece,
  sealed: Uint8Array,
): number {
  const [chunkSize, tagSize] = [64 * 1024, 16]
  let written = 0
  for (let at = 0, count = first; at === 0 || at < plaintext.length; at += chunkSize, count += 1) {
    const chunk = plaintext.subarray(at, at + chunkSize)
    // 11 bytes of counter, then whether the chunk is the last one. 2^48 chunks are 16 EiB.
    const nonce = Buffer.alloc(12)
    nonce.writeUIntBE(count, 5, 6)
    nonce[11] = last && at + chunkSize >= plaintext.length ? 1 : 0
    const one = cipher('chacha20-poly1305', key, nonce, { authTagLength: tagSize })
    sealed.set(one.update(chunk), written)
    one.final()
    sealed.set(one.getAuthTag(), written + chunk.length)
    written += chunk.length + tagSize
  }
  return written
}
