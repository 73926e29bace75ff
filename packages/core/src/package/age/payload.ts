import { createCipheriv } from 'node:crypto'

/** Bytes of plaintext in one chunk (https://age-encryption.org/v1, "Payload"). */
export const chunkSize: number = 64 * 1024

/** Encrypts the payload of one age file, chunk by chunk, in order. */
export class PayloadCipher {
  readonly #key: Uint8Array
  #counter = 0n

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** One chunk: {@link chunkSize} bytes, or fewer when `last`; the last one is empty only in an empty file. */
  chunk(plaintext: Uint8Array, last: boolean): Buffer {
    const nonce = Buffer.alloc(12)
    nonce.writeBigUInt64BE(this.#counter, 3)
    nonce[11] = last ? 1 : 0
    this.#counter += 1n
    const cipher = createCipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: 16 })
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }
}
