import { ascii } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { toText } from '../utf8.ts'

/** Whether the content of a primitive value, from `start` up to `end`, is in its one encoding. */
type Check = (within: Uint8Array, start: number, end: number) => boolean

/**
 * Refuses the content of a primitive value that is not in its one distinguished encoding (X.690, §8 and §11).
 * Values of context-specific tags are octets as far as this goes. Nothing is cut out: a revocation list has thousands.
 *
 * @throws FormatError
 */
export function checkPrimitive(tag: number, within: Uint8Array, start: number, end: number): void {
  if (tag === octetString || (tag >= 0x80 && tag < 0xc0)) return
  const check = checkOf[tag]
  if (check === undefined) throw new FormatError(`DER value of type ${tag}`)
  if (!check(within, start, end)) throw new FormatError(`DER value of type ${tag} in another encoding`)
}

const octetString = 0x04

const checkOf: Readonly<Record<number, Check>> = {
  0x01: isBoolean,
  0x02: isMinimalInteger,
  0x03: isBitString,
  0x05: (_, start, end) => start === end,
  0x06: isObjectIdentifier,
  0x0a: isMinimalInteger,
  0x0c: isUtf8,
  0x13: isPrintable,
  0x16: isAscii,
  0x17: isAsciiDigitsAndZ,
  0x18: isAsciiDigitsAndZ,
}

function isBoolean(within: Uint8Array, start: number, end: number): boolean {
  return end - start === 1 && (within[start] === 0x00 || within[start] === 0xff)
}

function isMinimalInteger(within: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return start < end
  const first = within[start]
  const isNegative = (within[start + 1] ?? 0) >= 0x80
  return !(first === 0x00 && !isNegative) && !(first === 0xff && isNegative)
}

function isBitString(within: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false
  const unused = within[start] ?? 0
  if (unused > 7) return false
  return end - start === 1 ? unused === 0 : ((within[end - 1] ?? 0) & ((1 << unused) - 1)) === 0
}

/** Arcs of base 128, each minimal, the last one complete. */
function isObjectIdentifier(within: Uint8Array, start: number, end: number): boolean {
  if (start === end || end - start > 64 || (within[end - 1] ?? 0) >= 0x80) return false
  let goesOn = false
  for (let index = start; index < end; index++) {
    const byte = within[index] ?? 0
    if (byte === 0x80 && !goesOn) return false
    goesOn = byte >= 0x80
  }
  return true
}

function isUtf8(within: Uint8Array, start: number, end: number): boolean {
  if (isAscii(within, start, end)) return true
  try {
    toText(within.subarray(start, end), notUtf8)
    return true
  } catch {
    return false
  }
}

const notUtf8 = 'not UTF-8'

/** X.690 leaves the alphabet of PrintableString to X.680, §41.4. */
function isPrintable(within: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!printable.has(within[index] ?? 0)) return false
  return true
}

const printable: ReadonlySet<number> = new Set(
  ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"),
)

function isAscii(within: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if ((within[index] ?? 0) >= 0x80) return false
  return true
}

function isAsciiDigitsAndZ(within: Uint8Array, start: number, end: number): boolean {
  const last = end - 1
  for (let index = start; index < last; index++) if (!isDigit(within[index])) return false
  return last < start || within[last] === 0x5a
}

function isDigit(byte: number = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}
