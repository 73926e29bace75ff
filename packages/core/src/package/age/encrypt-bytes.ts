import { randomBytes } from 'node:crypto'
import { encodeHeader, payloadKey } from './header.ts'
import { PayloadCipher, payloadSize } from './payload.ts'
import { wrapFileKey } from './x25519-stanza.ts'
import { secretKey } from './x25519.ts'

/** Encrypts bytes in memory to one X25519 recipient (32 bytes), with random keys: an ordinary age file. */
export function encryptBytes(plaintext: Uint8Array, recipient: Uint8Array): Buffer {
  const fileKey = randomBytes(16)
  const nonce = randomBytes(16)
  const header = encodeHeader([wrapFileKey(fileKey, recipient, secretKey(randomBytes(32)))], fileKey)
  const payload = Buffer.allocUnsafe(payloadSize(plaintext.length))
  new PayloadCipher(payloadKey(fileKey, nonce)).block(plaintext, true, payload)
  return Buffer.concat([header, nonce, payload])
}
