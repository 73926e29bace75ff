import { createHash } from 'node:crypto'

/** Bytes of plaintext that are hashed in one piece (spec/2-package.md, "Encrypted files"). */
export const blockSize: number = 1 << 20

/** 32 bytes that stand for a plaintext: its SHA-256, or, when it is more than a block, that of the SHA-256 of its blocks. */
export function plaintextDigest(plaintext: Uint8Array): Buffer {
  if (plaintext.length <= blockSize) return sha256(plaintext)
  const count = Math.ceil(plaintext.length / blockSize)
  const block = (at: number): Uint8Array => plaintext.subarray(at * blockSize, (at + 1) * blockSize)
  return digestOfBlocks(Buffer.concat(Array.from({ length: count }, (_, at) => sha256(block(at)))))
}

/** The same from the SHA-256 of two blocks or more, one after the other: whoever hashes blocks side by side ends with this. */
export function digestOfBlocks(hashes: Uint8Array): Buffer {
  return sha256(hashes)
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
