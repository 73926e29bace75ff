import { createHash } from 'node:crypto'
import { MseError } from '../../error.ts'

/**
 * Passes bytes on and says at the end whether they were the right ones: whoever reads to the end has read exactly what the
 * digest names.
 *
 * @throws MseError `image/digest`
 */
export async function* verified(
  source: AsyncIterable<Buffer>,
  { digest, size }: { readonly digest: string; readonly size?: number },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let read = 0
  for await (const part of source) {
    hash.update(part)
    read += part.length
    if (size !== undefined && read > size) throw wrong(digest, `${size} bytes`, 'more')
    yield part
  }
  if (size !== undefined && read !== size) throw wrong(digest, `${size} bytes`, `${read} bytes`)
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest) throw wrong(digest, digest, found)
}

function wrong(digest: string, expected: string, found: string): MseError {
  return new MseError('image/digest', `the blob ${digest} is not what it is said to be`, { expected, found })
}
