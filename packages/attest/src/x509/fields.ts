import { FormatError } from '../error.ts'
import type { DerValue } from './der.ts'
import * as Tag from './tag.ts'

/** The members of a constructed value, taken in order. What is not taken is an error at the end. */
export class Fields {
  readonly #what: string
  readonly #children: readonly DerValue[]
  #next = 0

  /** @throws FormatError if `value` is not of `tag` */
  constructor(value: DerValue, what: string, tag: number = Tag.sequence) {
    expectTag(value, tag, what)
    this.#what = what
    this.#children = value.children
  }

  take(tag: number): DerValue {
    const value = this.#children[this.#next++]
    if (value === undefined) throw new FormatError(`${this.#what} ends early`)
    return expectTag(value, tag, this.#what)
  }

  takeIf(tag: number): DerValue | undefined {
    return this.#children[this.#next]?.tag === tag ? this.#children[this.#next++] : undefined
  }

  /** The next member, whatever its type. */
  takeAny(): DerValue {
    const value = this.#children[this.#next++]
    if (value === undefined) throw new FormatError(`${this.#what} ends early`)
    return value
  }

  end(): void {
    if (this.#next < this.#children.length) throw new FormatError(`${this.#what} has more members than it should`)
  }
}

export function expectTag(value: DerValue, tag: number, what: string): DerValue {
  if (value.tag === tag) return value
  throw new FormatError(`${what}: DER type ${value.tag.toString(16)} in place of ${tag.toString(16)}`)
}

/** The octets of a BIT STRING of whole octets. */
export function wholeBits(value: DerValue, what: string): Uint8Array {
  const { content } = value
  if (content[0] !== 0) throw new FormatError(`${what}: bits that are not whole bytes`)
  return content.subarray(1)
}

/** A small non-negative INTEGER or ENUMERATED. */
export function smallInteger(value: DerValue, what: string, most: number): number {
  const { within, contentStart, end } = value
  if ((within[contentStart] ?? 0) >= 0x80) throw new FormatError(`${what}: a negative number`)
  if (end - contentStart > 5) throw new FormatError(`${what}: a number too large`)
  let number = 0
  for (let index = contentStart; index < end; index++) number = number * 256 + (within[index] ?? 0)
  if (number > most) throw new FormatError(`${what}: a number too large`)
  return number
}
