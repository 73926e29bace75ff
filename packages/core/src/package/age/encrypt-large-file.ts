import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { CodeKey } from './code-key.ts'
import { derivedHeader, type EncryptedFile, type OpenFile } from './derived-header.ts'
import { fileChanged } from './file-changed.ts'
import { changed, largeFileThread, type LargeFile, type Task } from './large-file-thread.ts'
import { payloadSize } from './payload.ts'
import { blockSize, digestOfBlocks } from './plaintext-digest.ts'
import { sealChunks } from './seal-chunks.ts'

/** Blocks of ciphertext between the two threads: enough for one to go on while the garbage of the other is collected. */
const slotCount = 8

/**
 * Two passes in two threads. In the first both hash blocks of the plaintext, which gives the keys. In the second, one reads again and
 * encrypts, and the other hashes the ciphertext and writes it. That both passes have read the same is shown by a tag of each block, under a
 * key which is drawn for that and forgotten. Memory: 48 bytes for each MiB of plaintext, and what two threads need.
 *
 * @param file of more than one block
 * @throws MseError `package/file-changed-while-read`; what reading and writing throw
 */
export async function encryptLargeFile(file: OpenFile, key: CodeKey): Promise<EncryptedFile> {
  const shared = share(file)
  const [one, other] = [new Thread(shared), new Thread(shared)]
  try {
    await Promise.all([one.ask({ name: 'hash' }), other.ask({ name: 'hash' })])
    const digest = digestOfBlocks(Buffer.from(shared.hashes))
    const { head, payloadKey } = derivedHeader({ path: file.path, size: file.size, digest }, key)
    const [sha256] = await Promise.all([other.ask({ name: 'write', head }), one.ask({ name: 'seal', key: payloadKey })])
    return { size: head.length + payloadSize(file.size), sha256: sha256.toString('hex') }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === changed ? fileChanged(file.path) : error
  } finally {
    await Promise.all([one.end(), other.end()]) // the descriptors are closed next
  }
}

function share({ input, output, size }: OpenFile): LargeFile {
  const blocks = Math.ceil(size / blockSize)
  return {
    input,
    output,
    size,
    blockSize,
    witness: randomBytes(32),
    hashes: new SharedArrayBuffer(32 * blocks),
    tags: new SharedArrayBuffer(16 * blocks),
    counters: new SharedArrayBuffer(4 * (1 + slotCount)),
    slots: Array.from({ length: slotCount }, () => new SharedArrayBuffer(payloadSize(blockSize))),
  }
}

/** A thread from source, so that it runs the same from a bundle, from the build, and from a test. It takes 20 ms to start. */
class Thread {
  readonly #worker: Worker

  constructor(file: LargeFile) {
    // What this process was started with is not for it.
    const options = { eval: true, execArgv: [], workerData: file }
    this.#worker = new Worker(`(${largeFileThread.toString()})(${sealChunks.toString()})`, options)
  }

  /** One at a time. An error ends the thread. */
  async ask(task: Task): Promise<Buffer> {
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      this.#worker.once('message', resolve).once('error', reject)
      this.#worker.postMessage(task)
    })
    return Buffer.from(answer)
  }

  /** Wherever it is: a thread that waits for the other one, too. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
