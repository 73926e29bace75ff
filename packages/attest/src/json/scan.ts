import { FormatError } from '../error.ts'

/** A JSON object cut into its members, without an idea of what they mean. */
export interface Scan {
  /** Name → the bytes of the value, without the white space around it. */
  readonly members: ReadonlyMap<string, Uint8Array>
  /** A name that stands twice in one object, at any depth. */
  readonly repeated: string | undefined
}

/** Signed documents nest 7 deep. */
const deepest = 64

const quote = 0x22
const backslash = 0x5c

/**
 * Finds where the values of an object begin and end, so that a signature can be checked over the very bytes that were
 * received. Brackets, strings, commas and colons are where RFC 8259 wants them, and nothing follows; the words and numbers
 * between them are for whoever reads the value.
 *
 * @throws FormatError
 */
export function scanObject(text: Uint8Array): Scan {
  const scanner = new Scanner(text)
  scanner.space()
  const members = scanner.object(0)
  scanner.space()
  if (!scanner.atEnd()) throw new FormatError('bytes after the JSON object')
  return { members, repeated: scanner.repeated }
}

class Scanner {
  repeated: string | undefined
  readonly #text: Uint8Array
  #at = 0

  constructor(text: Uint8Array) {
    this.#text = text
  }

  atEnd(): boolean {
    return this.#at === this.#text.length
  }

  space(): void {
    while (isSpace(this.#text[this.#at])) this.#at++
  }

  object(depth: number): ReadonlyMap<string, Uint8Array> {
    if (depth > deepest) throw new FormatError('JSON nested too deeply')
    const members = new Map<string, Uint8Array>()
    this.#list(0x7b, 0x7d, () => {
      const name = this.#name()
      this.space()
      this.#expect(0x3a)
      this.space()
      const start = this.#at
      this.#value(depth)
      if (members.has(name)) this.repeated ??= name
      members.set(name, this.#text.subarray(start, this.#at))
    })
    return members
  }

  #value(depth: number): void {
    const first = this.#text[this.#at]
    if (first === 0x7b) this.object(depth + 1)
    else if (first === 0x5b) this.#array(depth + 1)
    else if (first === quote) this.#string()
    else this.#word()
  }

  #array(depth: number): void {
    if (depth > deepest) throw new FormatError('JSON nested too deeply')
    this.#list(0x5b, 0x5d, () => this.#value(depth))
  }

  /** Items between brackets, a comma between each two. */
  #list(open: number, close: number, item: () => void): void {
    this.#expect(open)
    this.space()
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (;;) {
      item()
      this.space()
      if (this.#text[this.#at] === close) break
      this.#expect(0x2c)
      this.space()
    }
    this.#at++
  }

  #name(): string {
    const start = this.#at
    this.#string()
    return readText(this.#text.subarray(start, this.#at))
  }

  #string(): void {
    this.#expect(quote)
    for (let byte = this.#text[this.#at]; byte !== quote; byte = this.#text[this.#at]) {
      if (byte === undefined) throw new FormatError('JSON ends inside a string')
      this.#at += byte === backslash ? 2 : 1
    }
    this.#at++
  }

  /** A number, true, false or null, whichever. */
  #word(): void {
    const start = this.#at
    while (isWord(this.#text[this.#at])) this.#at++
    if (this.#at === start) throw new FormatError('JSON without a value')
  }

  #expect(byte: number): void {
    if (this.#text[this.#at] !== byte) throw new FormatError(`not JSON: ${String.fromCharCode(byte)} is missing`)
    this.#at++
  }
}

/** The value of a JSON string, escapes resolved: a name is the same name however it is spelt. */
export function readText(json: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json))
    if (typeof value === 'string') return value
  } catch {
    // said below
  }
  throw new FormatError('not a JSON string')
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** What numbers and words are made of: letters, digits, signs and the point. */
function isWord(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    (byte >= 0x2b && byte <= 0x2e && byte !== 0x2c)
  )
}
