import { createCipheriv, createDecipheriv } from 'node:crypto'
import { MseError } from '../../error.ts'
import { sealChunks } from './seal-chunks.ts'

/** Bytes of plaintext in one chunk (https://age-encryption.org/v1, "Payload"). */
export const chunkSize: number = 64 * 1024
export const tagSize = 16

/** Bytes of ciphertext of so many bytes of plaintext. */
export function payloadSize(plain: number): number {
  return plain + tagSize * Math.max(1, Math.ceil(plain / chunkSize))
}

/** Encrypts the payload of one age file, in order. */
export class PayloadCipher {
  readonly #key: Uint8Array
  #count = 0

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** One chunk: {@link chunkSize} bytes, or fewer when `last`; the last one is empty only in an empty file. */
  chunk(plaintext: Uint8Array, last: boolean): Buffer {
    const sealed = Buffer.allocUnsafe(plaintext.length + tagSize)
    this.block(plaintext, last, sealed)
    return sealed
  }

  /**
   * Some whole chunks, and any rest when `last`, into `sealed`.
   *
   * @param sealed has room for {@link payloadSize}
   * @returns how many bytes were written
   */
  block(plaintext: Uint8Array, last: boolean, sealed: Uint8Array): number {
    const first = this.#count
    this.#count += Math.max(1, Math.ceil(plaintext.length / chunkSize))
    return sealChunks(createCipheriv, { key: this.#key, first, plaintext, last }, sealed)
  }
}

/** Decrypts the payload of one age file, in order. */
export class PayloadDecipher {
  readonly #key: Uint8Array
  #count = 0

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /**
   * One chunk, of full size or the rest of the file, and whether it was sealed as the last one.
   *
   * @throws MseError `age/payload`
   */
  chunk(sealed: Uint8Array): { readonly plain: Buffer; readonly last: boolean } {
    const size = sealed.length - tagSize
    if (size < 0 || (size === 0 && this.#count > 0)) throw payloadError()
    const nonce = nonceOf(this.#count, size < chunkSize)
    let plain = this.#open(sealed, nonce)
    if (plain === undefined && size === chunkSize) {
      nonce[11] = 1
      plain = this.#open(sealed, nonce)
    }
    if (plain === undefined) throw payloadError()
    this.#count += 1
    return { plain, last: nonce[11] === 1 }
  }

  #open(sealed: Uint8Array, nonce: Uint8Array): Buffer | undefined {
    const size = sealed.length - tagSize
    const decipher = createDecipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: tagSize })
    decipher.setAuthTag(sealed.subarray(size))
    const plain = decipher.update(sealed.subarray(0, size))
    try {
      decipher.final()
      return plain
    } catch {
      return undefined
    }
  }
}

/** 11 bytes of counter, then whether the chunk is the last one: as in seal-chunks.ts, which can use no other function. */
function nonceOf(count: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(count, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

export function payloadError(): MseError {
  const message = 'this age file was changed, truncated or extended after it was written'
  return new MseError('age/payload', message, { next: 'Get the file again. What came out of it is not whole.' })
}
