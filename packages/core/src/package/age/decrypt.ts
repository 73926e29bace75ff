import { MseError } from '../../error.ts'
import { isArmored, unarmor } from './armor.ts'
import { ByteSource } from './byte-source.ts'
import { checkMac, payloadKey, readHeader } from './header.ts'
import { chunkSize, PayloadDecipher, payloadError, tagSize } from './payload.ts'
import { headerError, type Stanza } from './stanza.ts'
import { unwrapFileKey, type Identity } from './x25519-stanza.ts'

/**
 * Decrypts an age v1 file, armored or not, chunk by chunk: each chunk that comes out is as it was written, but only the end of
 * the stream says that they were all.
 *
 * @throws MseError `age/header`, `age/armor`, `age/no-match`, `age/passphrase`, `age/mac`, `age/payload`
 */
export async function* decrypt(
  source: AsyncIterable<Uint8Array>,
  identities: readonly Identity[],
): AsyncGenerator<Buffer> {
  const raw = new ByteSource(source)
  try {
    const bytes = (await isArmored(raw)) ? new ByteSource(unarmor(raw)) : raw
    const header = await readHeader(bytes)
    const fileKey = findFileKey(header.stanzas, identities)
    checkMac(header, fileKey)
    const nonce = await bytes.take(16)
    if (nonce.length < 16) throw headerError('it ends after its header')
    yield* decryptPayload(bytes, fileKey, nonce)
  } finally {
    await raw.close()
  }
}

/** The chunks that follow the nonce, under a 16-byte file key. */
export async function* decryptPayload(
  bytes: ByteSource,
  fileKey: Uint8Array,
  nonce: Uint8Array,
): AsyncGenerator<Buffer> {
  const decipher = new PayloadDecipher(payloadKey(fileKey, nonce))
  for (let ended = false; !ended;) {
    const { plain, last } = decipher.chunk(await bytes.take(chunkSize + tagSize))
    yield plain
    ended = await bytes.atEnd()
    if (ended !== last) throw payloadError()
  }
}

function findFileKey(stanzas: readonly Stanza[], identities: readonly Identity[]): Buffer {
  const types = [...new Set(stanzas.map((stanza) => stanza.type))]
  if (types.includes('scrypt')) {
    throw new MseError('age/passphrase', 'this file is encrypted with a passphrase, which mse does not do', {
      expected: 'a file for an X25519 key: age1…',
      next: 'age --decrypt FILE',
    })
  }
  for (const stanza of stanzas) {
    for (const identity of identities) {
      const fileKey = unwrapFileKey(stanza, identity)
      if (fileKey !== undefined) return fileKey
    }
  }
  throw new MseError('age/no-match', 'none of the keys given opens this file', {
    expected: `a key of one of its ${stanzas.length} recipients (${types.join(', ')})`,
    found: identities.length === 1 ? '1 X25519 key' : `${identities.length} X25519 keys`,
  })
}
