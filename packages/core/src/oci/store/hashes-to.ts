import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

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
 * Whether the bytes of a file are those that a digest (`sha256:` and 64 hex digits) names. They are read in a thread of its own, which
 * does not keep the process from ending; a file that cannot be read is none.
 */
export async function hashesTo(path: string, digest: string): Promise<boolean> {
  const worker = new Worker(program, { eval: true, execArgv: [], workerData: path })
  worker.unref()
  try {
    const [found] = (await once(worker, 'message')) as [string]
    return `sha256:${found}` === digest
  } catch {
    return false
  }
}
