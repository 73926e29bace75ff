import { ascii, concat } from '../bytes.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The head of a CBOR item in its shortest form (RFC 8949, §3): numbers below 2³². */
export function cborHead(major: number, number: number): Bytes {
  if (number < 24) return Uint8Array.of((major << 5) | number)
  if (number < 0x100) return Uint8Array.of((major << 5) | 24, number)
  if (number < 0x10000) return Uint8Array.of((major << 5) | 25, number >> 8, number & 0xff)
  return concat(Uint8Array.of((major << 5) | 26), Uint8Array.of(number >>> 24, number >> 16, number >> 8, number))
}

export function cborBytes(bytes: Uint8Array): Bytes {
  return concat(cborHead(2, bytes.length), bytes)
}

export function cborText(text: string): Bytes {
  return concat(cborHead(3, text.length), ascii(text))
}

export function cborArray(...items: readonly Uint8Array[]): Bytes {
  return concat(cborHead(4, items.length), ...items)
}

/** Keys with text, in the order given. */
export function cborMap(...entries: readonly (readonly [key: string, value: Uint8Array])[]): Bytes {
  return concat(cborHead(5, entries.length), ...entries.map(([key, value]) => concat(cborText(key), value)))
}

export function cborTag(tag: number, content: Uint8Array): Bytes {
  return concat(cborHead(6, tag), content)
}
