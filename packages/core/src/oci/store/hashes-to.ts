import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** Whether the bytes of a file are those that a digest (`sha256:` and 64 hex digits) names. */
export async function hashesTo(path: string, digest: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const hash = createHash('sha256')
    const block = Buffer.allocUnsafe(4 << 20)
    for (;;) {
      const { bytesRead } = await file.read(block)
      if (bytesRead === 0) return `sha256:${hash.digest('hex')}` === digest
      hash.update(block.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}
