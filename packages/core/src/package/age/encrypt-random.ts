import { randomBytes } from 'node:crypto'
import { ageHeader, payloadKey } from './header.ts'
import { chunkSize, PayloadCipher } from './payload.ts'
import { secretKey } from './x25519.ts'

/** Encrypts bytes in memory to one X25519 recipient (32 bytes), with random keys: an ordinary age file. */
export function encryptRandom(plaintext: Uint8Array, recipient: Uint8Array): Buffer {
  const fileKey = randomBytes(16)
  const nonce = randomBytes(16)
  const ephemeral = secretKey(randomBytes(32))
  const parts = [ageHeader({ fileKey, recipients: [{ publicValue: recipient, ephemeral }] }), nonce]
  const cipher = new PayloadCipher(payloadKey(fileKey, nonce))
  let offset = 0
  do {
    const end = Math.min(offset + chunkSize, plaintext.length)
    parts.push(cipher.chunk(plaintext.subarray(offset, end), end === plaintext.length))
    offset = end
  } while (offset < plaintext.length)
  return Buffer.concat(parts)
}
