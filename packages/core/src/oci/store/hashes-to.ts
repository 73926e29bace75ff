import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'

/** Bytes from which on a thread is worth its start. */
const worthThread = 8 << 20

/** In source, so that it runs the same from a bundle, from the build, and from a test. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { openSync, readSync } = require('node:fs')
const hash = require('node:crypto').createHash('sha256')
const file = openSync(workerData, 'r')
const block = Buffer.allocUnsafeSlow(1 << 20)
for (let read; (read = readSync(file, block)) > 0;) hash.update(block.subarray(0, read))
parentPort.postMessage(hash.digest('hex'))
`

/**
 * Whether the bytes of a file are those that a digest (`sha256:` and 64 hex digits) names. A large one is read in a
 * thread. A file that cannot be read is none.
 */
export async function hashesTo(path: string, digest: string): Promise<boolean> {
  try {
    const { size } = await stat(path)
    const found = size < worthThread ? hash('sha256', await readFile(path), 'hex') : await hashInThread(path)
    return `sha256:${found}` === digest
  } catch {
    return false
  }
}

async function hashInThread(path: string): Promise<string> {
  const worker = new Worker(program, { eval: true, execArgv: [], workerData: path })
  const [found] = (await once(worker, 'message')) as [string]
  return found
}
