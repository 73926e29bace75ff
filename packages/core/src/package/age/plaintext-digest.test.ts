import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { blockSize, plaintextDigest } from './plaintext-digest.ts'

const sha256 = (...bytes: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(bytes)).digest('hex')
const digest = (bytes: Uint8Array): string => plaintextDigest(bytes).toString('hex')
const block = Buffer.alloc(blockSize, 'mse')

it.each([0, 1, blockSize - 1, blockSize])('of %d bytes it is their SHA-256', (size) => {
  expect(digest(block.subarray(0, size))).toBe(sha256(block.subarray(0, size)))
})

it('of more than a block it is SHA-256 of what its blocks have', () => {
  const [whole, rest] = [Buffer.from(sha256(block), 'hex'), Buffer.from(sha256(block.subarray(0, 1)), 'hex')]
  expect(digest(Buffer.concat([block, block.subarray(0, 1)]))).toBe(sha256(whole, rest))
  expect(digest(Buffer.concat([block, block]))).toBe(sha256(whole, whole))
  expect(digest(Buffer.concat([block, block, block.subarray(0, 1)]))).toBe(sha256(whole, whole, rest))
})

it('another byte anywhere, or blocks in another order, give another digest', () => {
  const plain = Buffer.concat([block, Buffer.alloc(blockSize, 'esm'), Buffer.from('rest')])
  const changed = [0, blockSize - 1, blockSize, 2 * blockSize, plain.length - 1].map((at) => {
    const other = Buffer.from(plain)
    other[at] = (other[at] as number) ^ 1
    return other
  })
  const swapped = Buffer.concat([plain.subarray(blockSize, 2 * blockSize), block, plain.subarray(2 * blockSize)])
  const digests = [plain, swapped, ...changed].map(digest)
  expect(new Set(digests).size).toBe(digests.length)
})
