/** Takes bytes off a stream in the pieces that a reader asks for, without holding more than one piece and one block. */
export class ByteSource {
  readonly #blocks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#blocks = source[Symbol.asyncIterator]()
  }

  /** So many bytes, fewer only at the end of the stream. */
  async take(length: number): Promise<Buffer> {
    if (this.#rest.length >= length) return this.#cut(length)
    const parts: Uint8Array[] = []
    let missing = length
    while (missing > 0 && !(await this.atEnd())) {
      const part = this.#cut(Math.min(missing, this.#rest.length))
      parts.push(part)
      missing -= part.length
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }

  /** A line without its line feed, or undefined if there is none within `limit` bytes. */
  async line(limit: number): Promise<string | undefined> {
    const parts: Buffer[] = []
    for (let length = 0; length <= limit && !(await this.atEnd());) {
      const at = this.#rest.indexOf(0x0a)
      const part = this.#cut(at === -1 ? this.#rest.length : at)
      parts.push(part)
      length += part.length
      if (at === -1) continue
      this.#cut(1)
      return length > limit ? undefined : Buffer.concat(parts).toString('latin1')
    }
    return undefined
  }

  /** The bytes that come next, without taking them: fewer than `length` only at the end. */
  async peek(length: number): Promise<Buffer> {
    if (!(await this.atEnd()) && this.#rest.length < length) {
      const bytes = await this.take(length)
      this.#rest = Buffer.concat([bytes, this.#rest])
    }
    const { buffer, byteOffset } = this.#rest
    return Buffer.from(buffer, byteOffset, Math.min(length, this.#rest.length))
  }

  async atEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#blocks.next()
      if (done === true) return true
      this.#rest = value
    }
    return false
  }

  /** Ends the stream below; what is left is not read. */
  async close(): Promise<void> {
    await this.#blocks.return?.()
  }

  #cut(length: number): Buffer {
    const { buffer, byteOffset } = this.#rest
    const bytes = Buffer.from(buffer, byteOffset, length)
    this.#rest = this.#rest.subarray(length)
    return bytes
  }
}
