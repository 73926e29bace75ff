import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

export interface SizedFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** More threads than this wait for the disk. */
const MAXIMUM_THREADS = 4

/**
 * SHA-256 of many bytes of files, by a few threads.
 *
 * @returns hashes in hex, in the order of the files
 * @throws what opening or reading a file throws
 */
export async function hashInThreads(files: readonly SizedFile[]): Promise<string[]> {
  const shares = share(files, Math.min(MAXIMUM_THREADS, availableParallelism()))
  const hashes = Array.from(files, () => '')
  await Promise.all(
    shares.map(async (share) => {
      const found = await inThread(share.map((at) => (files[at] as SizedFile).path))
      for (const [index, at] of share.entries()) hashes[at] = found[index] as string
    }),
  )
  return hashes
}

/** Positions of files for each thread: the largest first, each to whoever has least. */
function share(files: readonly SizedFile[], threads: number): number[][] {
  const shares = Array.from({ length: threads }, () => ({ files: [] as number[], bytes: 0 }))
  const order = [...files.keys()].sort((a, b) => (files[b] as SizedFile).size - (files[a] as SizedFile).size)
  for (const at of order) {
    const least = shares.reduce((a, b) => (b.bytes < a.bytes ? b : a))
    least.files.push(at)
    least.bytes += (files[at] as SizedFile).size
  }
  return shares.map((one) => one.files)
}

function inThread(paths: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(`(${hashAll.toString()})()`, { eval: true, workerData: paths })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** Runs in a thread, from its source alone: a program that is bundled into one file has no second file to start. */
function hashAll(): void {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs')
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const block = Buffer.allocUnsafe(1 << 20)
  const hashes = (workerData as string[]).map((path) => {
    const descriptor = openSync(path, 'r')
    const hash = createHash('sha256')
    for (let read = -1; read !== 0;) {
      read = readSync(descriptor, block)
      hash.update(block.subarray(0, read))
    }
    closeSync(descriptor)
    return hash.digest('hex')
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(hashes)
}
