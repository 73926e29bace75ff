import type { sealChunks } from './seal-chunks.ts'

/** What the threads of one large file share. Only the buffers are written to. */
export interface LargeFile {
  /** Descriptors. */
  readonly input: number
  readonly output: number
  /** Bytes of plaintext, and of one block of it. */
  readonly size: number
  readonly blockSize: number
  /** 32 bytes that were drawn for this file and are forgotten with it. */
  readonly witness: Uint8Array
  /** SHA-256 of each block, 32 bytes each. */
  readonly hashes: SharedArrayBuffer
  /** GMAC of each block under the witness, 16 bytes each. */
  readonly tags: SharedArrayBuffer
  /** 32 bits each: the block that is hashed next; then for each slot the bytes of ciphertext that wait in it, none when it is free. */
  readonly counters: SharedArrayBuffer
  /** Each as long as a block of ciphertext. */
  readonly slots: readonly SharedArrayBuffer[]
}

/** What a thread is asked for, one after the other; it answers with bytes. */
export type Task =
  /** Hashes the blocks that nobody has begun with. */
  | { readonly name: 'hash' }
  /** Reads again, refuses what is not what was hashed, and fills the slots with ciphertext under that key. */
  | { readonly name: 'seal'; readonly key: Uint8Array }
  /** Writes the head of the file and what is in the slots. Answers with the SHA-256 of all of it. */
  | { readonly name: 'write'; readonly head: Uint8Array }

/** The code of an error of {@link largeFileThread} about a plaintext that is not what it was. */
export const changed = 'changed'

/**
 * Runs in a thread, from its source alone. It reads and writes synchronously: a block that was read is still in the processor's cache when
 * it is hashed or encrypted, and nobody else has to be asked.
 */
export function largeFileThread(seal: typeof sealChunks): void {
  const { createCipheriv, createHash } = process.getBuiltinModule('node:crypto')
  const { readSync, writeSync } = process.getBuiltinModule('node:fs')
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const file = workerData as LargeFile
  const { input, output, size, blockSize } = file
  const [hashes, tags, counters] = [Buffer.from(file.hashes), Buffer.from(file.tags), new Int32Array(file.counters)]
  const slots = file.slots.map((slot) => Buffer.from(slot))
  const count = Math.ceil(size / blockSize)
  const none = Buffer.alloc(0)

  const tasks = {
    hash() {
      const plain = Buffer.allocUnsafe(blockSize + 1)
      for (let at = Atomics.add(counters, 0, 1); at < count; at = Atomics.add(counters, 0, 1)) {
        const block = readBlock(at, plain)
        hashes.set(createHash('sha256').update(block).digest(), 32 * at)
        tags.set(tagOf(at, block), 16 * at)
      }
      return none
    },
    seal(key: Uint8Array) {
      const plain = Buffer.allocUnsafe(blockSize + 1)
      for (let at = 0; at < count; at += 1) {
        const block = readBlock(at, plain)
        if (!tagOf(at, block).equals(tags.subarray(16 * at, 16 * at + 16))) throw fileChanged()
        const slot = at % slots.length
        waitFor(slot, false)
        const first = at * (blockSize / 65_536) // chunks
        const piece = { key, first, plaintext: block, last: at === count - 1 }
        pass(slot, seal(createCipheriv, piece, slots[slot] as Buffer))
      }
      return none
    },
    write(head: Uint8Array) {
      const hash = createHash('sha256')
      const append = (bytes: Uint8Array): void => {
        hash.update(bytes)
        for (let written = 0; written < bytes.length;) written += writeSync(output, bytes, written)
      }
      append(head)
      for (let at = 0; at < count; at += 1) {
        const slot = at % slots.length
        append((slots[slot] as Buffer).subarray(0, waitFor(slot, true)))
        pass(slot, 0)
      }
      return hash.digest()
    },
  }

  /** The buffer has room for one byte more, which is asked for at the end: a file that grows is not followed. */
  function readBlock(at: number, into: Buffer): Buffer {
    const left = size - at * blockSize
    const wanted = left > blockSize ? blockSize : left + 1
    let filled = 0
    for (let read = -1; read !== 0 && filled < wanted; filled += read) {
      read = readSync(input, into, filled, wanted - filled, at * blockSize + filled)
    }
    if (filled !== Math.min(blockSize, left)) throw fileChanged()
    return into.subarray(0, filled)
  }

  function tagOf(at: number, block: Buffer): Buffer {
    const nonce = Buffer.alloc(12)
    nonce.writeUIntBE(at, 6, 6)
    const mac = createCipheriv('aes-256-gcm', file.witness, nonce).setAAD(block)
    mac.final()
    return mac.getAuthTag()
  }

  function waitFor(slot: number, full: boolean): number {
    for (;;) {
      const bytes = Atomics.load(counters, 1 + slot)
      if ((bytes !== 0) === full) return bytes
      Atomics.wait(counters, 1 + slot, bytes)
    }
  }

  function pass(slot: number, bytes: number): void {
    Atomics.store(counters, 1 + slot, bytes)
    Atomics.notify(counters, 1 + slot)
  }

  function fileChanged(): Error {
    return Object.assign(new Error('the file has changed'), { code: 'changed' satisfies typeof changed })
  }

  parentPort?.on('message', (task: Task) => {
    const answer =
      task.name === 'hash' ? tasks.hash() : task.name === 'seal' ? tasks.seal(task.key) : tasks.write(task.head)
    parentPort?.postMessage(answer)
  })
}
