import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const block = Buffer.allocUnsafe(1 << 20)

/** SHA-256 of a file, hex. Synchronous, which for small files is three times as fast as not to be. */
export function hashFile(path: string): string {
  const descriptor = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    for (let read = -1; read !== 0;) {
      read = readSync(descriptor, block)
      hash.update(block.subarray(0, read))
    }
    return hash.digest('hex')
  } finally {
    closeSync(descriptor)
  }
}
