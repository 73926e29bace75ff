import { MseError } from '../../error.ts'
import { ByteSource } from './byte-source.ts'
import { encodeHeader, payloadKey } from './header.ts'
import { encodeRecipient } from './keys.ts'
import { chunkSize, PayloadCipher, payloadSize } from './payload.ts'
import type { Stanza } from './stanza.ts'
import { wrapFileKey } from './x25519-stanza.ts'
import { secretKey } from './x25519.ts'

/** So many bytes that nobody can guess. */
export type Draw = (length: number) => Uint8Array

/**
 * Encrypts a stream to X25519 recipients (32 bytes each): an ordinary age v1 file, with random keys. Memory does not grow.
 *
 * @throws MseError `age/recipient`
 */
export async function* encrypt(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly Uint8Array[],
  draw: Draw,
): AsyncGenerator<Buffer> {
  const fileKey = draw(16)
  yield encodeHeader(
    recipients.map((recipient) => wrap(fileKey, recipient, draw(32))),
    fileKey,
  )
  yield* encryptPayload(source, fileKey, draw(16))
}

/** The 16-byte nonce and the chunks under a 16-byte file key; a block of output is what a block of input gave. */
export async function* encryptPayload(
  source: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
  nonce: Uint8Array,
): AsyncGenerator<Buffer> {
  yield Buffer.from(nonce)
  const bytes = new ByteSource(source)
  const cipher = new PayloadCipher(payloadKey(fileKey, nonce))
  try {
    for (let last = false; !last;) {
      const block = await bytes.take(blockSize)
      last = await bytes.atEnd()
      const sealed = Buffer.allocUnsafe(payloadSize(block.length))
      cipher.block(block, last, sealed)
      yield sealed
    }
  } finally {
    await bytes.close()
  }
}

/** Whole chunks at a time: a pipe gives blocks of 64 KiB at most, a file larger ones. */
const blockSize = 8 * chunkSize

function wrap(fileKey: Uint8Array, recipient: Uint8Array, ephemeral: Uint8Array): Stanza {
  try {
    return wrapFileKey(fileKey, recipient, secretKey(ephemeral))
  } catch (cause) {
    const message = `${encodeRecipient(recipient)} is no key that anybody holds: a point of low order`
    throw new MseError('age/recipient', message, { cause })
  }
}
