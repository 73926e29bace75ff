import { FormatError } from '../error.ts'
import { toText } from '../utf8.ts'

/** A JSON object cut into its members, without an idea of what they mean. */
export interface Scan {
  /** Name → the bytes of the value, without the white space around it. */
  readonly members: ReadonlyMap<string, Uint8Array>
  /** A name that stands twice in one object, at any depth. */
  readonly repeated: string | undefined
}

/** Signed documents nest 7 deep. */
const deepest = 64

/** Names in one document. Intel's have had 495. */
const mostNames = 16_384

/**
 * Finds where the values of an object begin and end, so that a signature can be checked over the very bytes that were
 * received. Brackets, strings, commas and colons are where RFC 8259 wants them, and nothing follows; the words and numbers
 * between them are for whoever reads the value.
 *
 * @throws FormatError
 */
export function scanObject(bytes: Uint8Array): Scan {
  const scanner = new Scanner(bytes)
  scanner.space()
  scanner.object(0)
  scanner.space()
  if (!scanner.atEnd()) throw new FormatError('bytes after the JSON object')
  return scanner
}

/** One character for each byte, so that both stand at one index; those below 0x80 are themselves. */
const byteByByte = new TextDecoder('latin1')

class Scanner implements Scan {
  readonly members: Map<string, Uint8Array> = new Map()
  repeated: string | undefined
  readonly #bytes: Uint8Array
  readonly #text: string
  readonly #hasEscapes: boolean
  #at = 0
  #names = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#text = byteByByte.decode(bytes)
    this.#hasEscapes = this.#text.includes('\\')
  }

  atEnd(): boolean {
    return this.#at === this.#text.length
  }

  space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  object(depth: number): void {
    const names = new Set<string>()
    if (this.#opens('{', '}', depth)) {
      do {
        const name = this.#name()
        if (names.has(name)) this.repeated ??= name
        names.add(name)
        this.space()
        this.#expect(':')
        this.space()
        const start = this.#at
        this.#value(depth)
        if (depth === 0) this.members.set(name, this.#bytes.subarray(start, this.#at))
      } while (this.#goesOn('}'))
    }
  }

  #value(depth: number): void {
    const first = this.#text[this.#at]
    if (first === '{') this.object(depth + 1)
    else if (first === '[') this.#array(depth + 1)
    else if (first === '"') this.#string()
    else this.#word()
  }

  #array(depth: number): void {
    if (!this.#opens('[', ']', depth)) return
    do this.#value(depth)
    while (this.#goesOn(']'))
  }

  /** Whether anything stands between the brackets that open here. */
  #opens(open: string, close: string, depth: number): boolean {
    if (depth > deepest) throw new FormatError('JSON nested too deeply')
    this.#expect(open)
    this.space()
    if (this.#text[this.#at] !== close) return true
    this.#at++
    return false
  }

  /** After an item: whether a comma promises another one, or the bracket closes. */
  #goesOn(close: string): boolean {
    this.space()
    if (this.#text[this.#at] === close) {
      this.#at++
      return false
    }
    this.#expect(',')
    this.space()
    return true
  }

  /** A name is the same name however it is spelt: what is not plain ASCII is read as JSON. */
  #name(): string {
    if (++this.#names > mostNames) throw new FormatError('too many JSON names')
    const start = this.#at
    this.#string()
    const name = this.#text.slice(start + 1, this.#at - 1)
    return /^[ -[\]-~]*$/.test(name) ? name : readText(this.#bytes.subarray(start, this.#at))
  }

  #string(): void {
    this.#expect('"')
    let end = this.#text.indexOf('"', this.#at)
    while (this.#hasEscapes && end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1)
    if (end < 0) throw new FormatError('JSON ends inside a string')
    this.#at = end + 1
  }

  /** Whether an odd number of backslashes stands before, within this string. */
  #isEscaped(end: number): boolean {
    let first = end
    while (first > this.#at && this.#text[first - 1] === '\\') first--
    return (end - first) % 2 === 1
  }

  /** A number, true, false or null, whichever. */
  #word(): void {
    const start = this.#at
    while (isWord(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#at === start) throw new FormatError('JSON without a value')
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw new FormatError(`not JSON: ${character} is missing`)
    this.#at++
  }
}

/** The value of a JSON string, escapes resolved. */
export function readText(json: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(toText(json, 'not UTF-8'))
    if (typeof value === 'string') return value
  } catch {
    // said below
  }
  throw new FormatError('not a JSON string')
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** What numbers and words are made of: letters, digits, signs and the point. No character is NaN, which is none of them. */
function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x45 ||
    (code >= 0x2b && code <= 0x2e && code !== 0x2c)
  )
}
