import { MseError } from '@mse/core/error'

/** Numbers and vectors of a TLS structure (RFC 8446, §3), one after the other. */
export class Fields {
  private bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get left(): number {
    return this.bytes.length
  }

  skip(length: number): Buffer {
    demand(this.bytes.length >= length, 'a ClientHello that ends too early')
    const skipped = this.bytes.subarray(0, length)
    this.bytes = this.bytes.subarray(length)
    return skipped
  }

  number(size: number): number {
    return this.skip(size).readUIntBE(0, size)
  }

  /** @param size bytes of its length */
  vector(size: number): Fields {
    return new Fields(this.skip(this.number(size)))
  }

  text(): string {
    return this.bytes.toString('latin1')
  }
}

/** @throws MseError `names/malformed` */
export function demand(fits: boolean, message: string): asserts fits {
  if (!fits) throw new MseError('names/malformed', message)
}
