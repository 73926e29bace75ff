import { MseError } from '@mse/core/error'
import type { Handler } from './call.ts'

export const blob: Handler<'blob'> = async ({ owner, digest, service }) => {
  const state = await owner.blobs.state(digest)
  if (state.complete) await owner.blobs.touch(digest, service.now())
  return { json: state }
}

export const uploadBlob: Handler<'uploadBlob'> = async ({ service, owner, token, digest, incoming }) => {
  const { limits } = service
  const offset = whole(incoming.headers['upload-offset'], 'Upload-Offset')
  const length = whole(incoming.headers['upload-length'], 'Upload-Length')
  const part = incoming.headers['content-length']
  if (length > limits.blob || offset > length || (part !== undefined && Number(part) > limits.part)) {
    throw new MseError('operator/oversized', 'the blob, or this part of it, is larger than any that is taken', {
      expected: `at most ${limits.blob} bytes in parts of at most ${limits.part}`,
    })
  }
  if (owner.uploading >= limits.uploads) throw new MseError('operator/busy', 'too much is being sent at once')
  const content = limited(incoming, limits.part)
  const state = await owner.withRoom(token.quota, digest, length - offset, () =>
    owner.blobs.append({ digest, offset, length, content }),
  )
  return { json: state }
}

function whole(value: string | string[] | undefined, name: string): number {
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  throw new MseError('operator/malformed', `the header ${name} is missing or wrong`, { expected: 'a number of bytes' })
}

/** What arrives, up to a limit; what had arrived when a connection breaks has been taken. */
async function* limited(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const block of source) {
    size += block.length
    if (size > most) {
      throw new MseError('operator/oversized', 'this part of a blob is larger than any that is taken', {
        expected: `at most ${most} bytes`,
      })
    }
    yield block
  }
}
