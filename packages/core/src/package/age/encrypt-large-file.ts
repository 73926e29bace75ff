import { createHash, randomBytes } from 'node:crypto'
import { read as readCallback, write as writeCallback } from 'node:fs'
import { promisify } from 'node:util'
import { inlineHash, threadHash, type BlockHash } from './block-hash.ts'
import type { CodeKey } from './code-key.ts'
import { derivedHeader, type EncryptedFile, type OpenFile, type PlainFile } from './derived-header.ts'
import { fileChanged } from './file-changed.ts'
import { chunkSize, payloadSize } from './payload.ts'

const read = promisify(readCallback)
const write = promisify(writeCallback)

/** Bytes from which threads for the hashes save more than they take to start. */
const worthThreads = 64 << 20

/** 16 chunks, so that every block but the last ends on a chunk's border. */
const blockSize = 16 * chunkSize

/** A block on its way: read, encrypted, digested and written, each while its neighbours are elsewhere. */
interface Slot {
  readonly plain: Buffer
  readonly sealed: Buffer
  free: Promise<unknown>
}

/**
 * Two passes: the plaintext is hashed, which gives the keys; then it is read again and encrypted, and the ciphertext is hashed. That
 * both passes have read the same is shown by a digest under a key which is drawn for that and forgotten.
 *
 * @throws MseError `package/file-changed-while-read`
 */
export async function encryptLargeFile({ input, output, path, size }: OpenFile, key: CodeKey): Promise<EncryptedFile> {
  const newHash = size < worthThreads ? inlineHash : threadHash
  const [witness, cipherHash] = [newHash(randomBytes(32)), newHash()]
  const slots = spare.pop() ?? Array.from({ length: 4 }, newSlot)
  try {
    const plain = { path, size, sha256: await firstPass({ input, path, size, slots, witness }) }
    const seen = await witness.digest()
    const written = await secondPass({ input, output, plain, slots, witness, cipherHash }, key)
    if (!(await witness.digest()).equals(seen)) throw fileChanged(path)
    return { size: written, sha256: (await cipherHash.digest()).toString('hex') }
  } finally {
    await Promise.allSettled(slots.map(({ free }) => free))
    for (const slot of slots) slot.free = Promise.resolve()
    spare.splice(0, 1, slots)
    await Promise.all([witness.end(), cipherHash.end()])
  }
}

/** At most one set, for the next file: the garbage collector lets memory outside its heap lie too long. */
const spare: (readonly Slot[])[] = []

function newSlot(): Slot {
  const shared = (size: number): Buffer => Buffer.from(new SharedArrayBuffer(size))
  return { plain: shared(blockSize), sealed: shared(payloadSize(blockSize)), free: Promise.resolve() }
}

interface Pass {
  readonly input: number
  readonly slots: readonly Slot[]
  readonly witness: BlockHash
}

interface FirstPass extends Pass {
  readonly path: string
  readonly size: number
}

/** @returns SHA-256 of the plaintext */
async function firstPass({ input, path, size, slots, witness }: FirstPass): Promise<Buffer> {
  const hash = createHash('sha256')
  let position = 0
  for await (const { slot, length } of blocks(input, slots)) {
    const block = slot.plain.subarray(0, length)
    slot.free = witness.update(block)
    slot.free.catch(() => undefined) // looked at when the slot is needed again, or at the end
    hash.update(block)
    position += length
    if (position > size) throw fileChanged(path)
  }
  if (position !== size) throw fileChanged(path)
  await Promise.all(slots.map(({ free }) => free))
  return hash.digest()
}

interface SecondPass extends Pass {
  readonly output: number
  readonly plain: PlainFile
  readonly cipherHash: BlockHash
}

/** @returns bytes of ciphertext */
async function secondPass(
  { input, output, plain, slots, witness, cipherHash }: SecondPass,
  key: CodeKey,
): Promise<number> {
  const { head, cipher } = derivedHeader(plain, key)
  await Promise.all([cipherHash.update(shared(head)), writeAll(output, head, 0)])
  let [position, written] = [0, head.length]
  for await (const { slot, length } of blocks(input, slots)) {
    position += length
    if (position > plain.size) throw fileChanged(plain.path)
    const block = slot.plain.subarray(0, length)
    const sealed = slot.sealed.subarray(0, payloadSize(length))
    cipher.block(block, position === plain.size, sealed)
    slot.free = Promise.all([witness.update(block), cipherHash.update(sealed), writeAll(output, sealed, written)])
    slot.free.catch(() => undefined) // looked at when the slot is needed again, or at the end
    written += sealed.length
  }
  if (position !== plain.size) throw fileChanged(plain.path)
  await Promise.all(slots.map(({ free }) => free))
  return written
}

/** The blocks of a file, the next one being read while this one is worked on. */
async function* blocks(input: number, slots: readonly Slot[]): AsyncGenerator<{ slot: Slot; length: number }> {
  let ahead = fill(input, slots[0] as Slot, 0)
  try {
    for (let at = 0; ; at += 1) {
      const length = await ahead
      const last = length < blockSize
      if (!last) ahead = fill(input, slots[(at + 1) % slots.length] as Slot, (at + 1) * blockSize)
      ahead.catch(() => undefined) // it is awaited below
      if (length > 0) yield { slot: slots[at % slots.length] as Slot, length }
      if (last) return
    }
  } finally {
    await Promise.allSettled([ahead]) // the descriptor is closed next
  }
}

async function fill(input: number, slot: Slot, position: number): Promise<number> {
  await slot.free
  let filled = 0
  while (filled < blockSize) {
    const { bytesRead } = await read(input, slot.plain, filled, blockSize - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

async function writeAll(output: number, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await write(output, bytes, written, bytes.length - written, position + written)).bytesWritten
  }
}

function shared(bytes: Buffer): Buffer {
  const copy = Buffer.from(new SharedArrayBuffer(bytes.length))
  bytes.copy(copy)
  return copy
}
