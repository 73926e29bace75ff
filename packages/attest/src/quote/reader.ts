import { FormatError } from '../error.ts'

/** Takes bytes from the front, in order; integers are little-endian. Running past the end is a FormatError. */
export class Reader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#offset) throw new FormatError('a length runs past the end')
    this.#offset += length
    return this.#bytes.subarray(this.#offset - length, this.#offset)
  }

  u16(): number {
    const { buffer, byteOffset } = this.take(2)
    return new DataView(buffer, byteOffset).getUint16(0, true)
  }

  u32(): number {
    return this.u16() + this.u16() * 65_536
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#offset)
  }
}
