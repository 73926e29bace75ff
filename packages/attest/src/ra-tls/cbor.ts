import { FormatError } from '../error.ts'
import { toText } from '../utf8.ts'

/** One CBOR data item (RFC 8949, §3). Maps have text or integer keys, each once. */
export type Cbor =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Cbor[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string | bigint, Cbor])[] }
  | { readonly kind: 'tag'; readonly tag: bigint; readonly content: Cbor }
  | { readonly kind: 'simple'; readonly value: boolean | null }

/** DICE evidence nests 4 deep and has about ten items. */
const deepest = 8
const most = 1024

/**
 * Decodes exactly one data item, in the way that leaves it one spelling: definite lengths, every head in its shortest form
 * (RFC 8949, §4.2.1), no bytes left over. Keys may stand in any order. Tags other than those given are refused, and so are
 * floating-point numbers, which evidence has no use for.
 *
 * @throws FormatError
 */
export function readCbor(bytes: Uint8Array, tags: readonly bigint[] = []): Cbor {
  const reader = new CborReader(bytes, tags)
  const item = reader.item(0)
  if (reader.left > 0) throw new FormatError('bytes after the CBOR item')
  return item
}

class CborReader {
  readonly #bytes: Uint8Array
  readonly #tags: readonly bigint[]
  #offset = 0
  #items = 0

  constructor(bytes: Uint8Array, tags: readonly bigint[]) {
    this.#bytes = bytes
    this.#tags = tags
  }

  get left(): number {
    return this.#bytes.length - this.#offset
  }

  item(depth: number): Cbor {
    if (depth > deepest) throw new FormatError('CBOR nested too deeply')
    if (++this.#items > most) throw new FormatError('more CBOR items than evidence has')
    const { major, argument } = this.#head()
    switch (major) {
      case 0:
        return { kind: 'integer', value: argument }
      case 1:
        return { kind: 'integer', value: -1n - argument }
      case 2:
        return { kind: 'bytes', value: this.#take(argument) }
      case 3:
        return { kind: 'text', value: toText(this.#take(argument), 'CBOR text that is not UTF-8') }
      case 4:
        return { kind: 'array', items: this.#times(argument, () => this.item(depth + 1)) }
      case 5:
        return { kind: 'map', entries: this.#entries(argument, depth + 1) }
      case 6:
        if (!this.#tags.includes(argument)) throw new FormatError(`CBOR tag ${argument}`)
        return { kind: 'tag', tag: argument, content: this.item(depth + 1) }
      default:
        return simple(argument)
    }
  }

  /** The first byte of an item and the number that it announces. */
  #head(): { readonly major: number; readonly argument: bigint } {
    const [first = 0] = this.#take(1n)
    const [major, short] = [first >> 5, first & 0x1f]
    if (short < 24) return { major, argument: BigInt(short) }
    if (short > 27) throw new FormatError(short === 31 ? 'CBOR of indefinite length' : 'CBOR head that is reserved')
    if (major === 7) throw new FormatError('CBOR number or value that evidence has no use for')
    const length = 2 ** (short - 24)
    const argument = this.#take(BigInt(length)).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
    const least = length === 1 ? 24n : 1n << BigInt(length * 4)
    if (argument < least) throw new FormatError('CBOR head not in its shortest form')
    return { major, argument }
  }

  #take(length: bigint): Uint8Array {
    if (length > BigInt(this.left)) throw new FormatError('CBOR ends early')
    this.#offset += Number(length)
    return this.#bytes.subarray(this.#offset - Number(length), this.#offset)
  }

  #times<T>(count: bigint, read: () => T): T[] {
    const items: T[] = []
    for (let index = 0n; index < count; index++) items.push(read())
    return items
  }

  #entries(count: bigint, depth: number): readonly (readonly [string | bigint, Cbor])[] {
    const keys = new Set<string | bigint>()
    return this.#times(count, () => {
      const key = this.item(depth)
      if (key.kind !== 'text' && key.kind !== 'integer') throw new FormatError(`a CBOR key of type ${key.kind}`)
      if (keys.has(key.value)) throw new FormatError(`the CBOR key ${JSON.stringify(String(key.value))} twice`)
      keys.add(key.value)
      return [key.value, this.item(depth)] as const
    })
  }
}

function simple(number: bigint): Cbor {
  if (number === 20n || number === 21n) return { kind: 'simple', value: number === 21n }
  if (number === 22n) return { kind: 'simple', value: null }
  throw new FormatError(`CBOR simple value ${number}`)
}
