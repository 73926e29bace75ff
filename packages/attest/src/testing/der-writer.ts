import { ascii, concat } from '../bytes.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** One value of the distinguished encoding rules. */
export function der(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const body = concat(...content)
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body)
  const length = unsigned(body.length)
  return concat(Uint8Array.of(tag, 0x80 | length.length), length, body)
}

export function sequence(...members: readonly Uint8Array[]): Bytes {
  return der(0x30, ...members)
}

/** A non-negative INTEGER of big-endian bytes. */
export function integer(bytes: Uint8Array): Bytes {
  const start = bytes.findIndex((byte) => byte !== 0)
  const magnitude = start < 0 ? Uint8Array.of(0) : bytes.subarray(start)
  return der(0x02, Uint8Array.of(...((magnitude[0] ?? 0) >= 0x80 ? [0] : [])), magnitude)
}

export function small(number: number): Bytes {
  return integer(unsigned(number))
}

export function octets(bytes: Uint8Array): Bytes {
  return der(0x04, bytes)
}

/** A BIT STRING of whole bytes, or with so many bits of the last one unused. */
export function bits(bytes: Uint8Array, unused: number = 0): Bytes {
  return der(0x03, Uint8Array.of(unused), bytes)
}

export function boolean(value: boolean): Bytes {
  return der(0x01, Uint8Array.of(value ? 0xff : 0))
}

export function oid(dotted: string): Bytes {
  const [top = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  return der(0x06, ...[top * 40n + second, ...rest].map(arc))
}

/** UTCTime through 2049, GeneralizedTime after; whole seconds. */
export function time(date: Date): Bytes {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? der(0x17, ascii(digits.slice(2))) : der(0x18, ascii(digits))
}

/** A Name of one common name. */
export function commonName(name: string): Bytes {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, ascii(name)))))
}

function unsigned(number: number): Bytes {
  const bytes: number[] = []
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.from(bytes.length === 0 ? [0] : bytes)
}

function arc(value: bigint): Bytes {
  const bytes = [Number(value & 0x7fn)]
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(bytes)
}
