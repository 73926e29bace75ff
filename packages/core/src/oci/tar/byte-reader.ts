import { MseError } from '../../error.ts'

/** Takes bytes from a stream in the pieces that a format wants. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  #position = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Bytes that were taken so far. */
  get position(): number {
    return this.#position
  }

  /** Exactly that many bytes, to keep; undefined if the stream has ended. */
  async take(size: number): Promise<Buffer | undefined> {
    if (this.#rest.length >= size) return Buffer.from(this.#cut(size))
    const parts: Buffer[] = []
    let missing = size
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        if (missing === size) return undefined
        throw endsEarly()
      }
      const part = Buffer.from(this.#cut(Math.min(missing, this.#rest.length)))
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  /** That many bytes, in the pieces that come, each as long as the stream leaves it alone. */
  async *pass(size: number): AsyncGenerator<Buffer> {
    let missing = size
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw endsEarly()
      const part = this.#cut(Math.min(missing, this.#rest.length))
      missing -= part.length
      yield part
    }
  }

  /** Everything up to the end. */
  async *passAll(): AsyncGenerator<Buffer> {
    while (this.#rest.length > 0 || (await this.#more())) yield this.#cut(this.#rest.length)
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  #cut(size: number): Buffer {
    const part = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(size)
    this.#position += size
    return part
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next()
    if (next.done === true) return false
    this.#rest = next.value
    return true
  }
}

function endsEarly(): MseError {
  return new MseError('image/tar', 'an archive ends in the middle of a file')
}
