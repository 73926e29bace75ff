import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'

/** SHA-256 of blocks, in the order in which they are handed over. */
export interface BlockHash {
  /** The block may be written to again once this is fulfilled. */
  update(block: Buffer): Promise<void>
  digest(): Promise<Buffer>
  /** Whatever has happened: lets go of what it holds. */
  end(): Promise<void>
}

export function inlineHash(): BlockHash {
  const hash = createHash('sha256')
  return {
    update: async (block) => void hash.update(block),
    digest: async () => hash.digest(),
    end: async () => undefined,
  }
}

/** In source, so that it runs the same from a bundle, from the build, and from a test. */
const program = `
const { parentPort } = require('node:worker_threads')
const hash = require('node:crypto').createHash('sha256')
parentPort.on('message', (block) => {
  if (block !== null) hash.update(Buffer.from(block.buffer, block.byteOffset, block.length))
  parentPort.postMessage(block === null ? hash.digest() : null)
})
`

/** In a thread of its own, which takes 20 ms to start. Blocks have to lie in a SharedArrayBuffer. */
export function threadHash(): BlockHash {
  const worker = new Worker(program, { eval: true, execArgv: [] }) // what this process was started with is not for it
  const waiting: PromiseWithResolvers[] = []
  let failure: Error | undefined
  worker.on('message', (answer: Uint8Array | null) => waiting.shift()?.resolve(answer))
  worker.on('error', (error) => {
    failure = error
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  const ask = (block: Buffer | null): Promise<Uint8Array | null> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      waiting.push({ resolve, reject })
      const view = block && { buffer: block.buffer, byteOffset: block.byteOffset, length: block.length }
      worker.postMessage(view)
    })
  return {
    update: async (block) => void (await ask(block)),
    digest: async () => Buffer.from((await ask(null)) as Uint8Array),
    end: async () => void (await worker.terminate()),
  }
}

interface PromiseWithResolvers {
  readonly resolve: (answer: Uint8Array | null) => void
  readonly reject: (error: Error) => void
}
