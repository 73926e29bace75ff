import { FormatError } from '../error.ts'
import { toText } from '../utf8.ts'

/**
 * Refuses the content of a primitive value that is not in its one distinguished encoding (X.690, §8 and §11).
 * Values of context-specific tags are octets as far as this goes.
 *
 * @throws FormatError
 */
export function checkPrimitive(tag: number, within: Uint8Array, start: number, end: number): void {
  if (tag === octetString || (tag >= 0x80 && tag < 0xc0)) return
  const check = checkOf[tag]
  if (check === undefined) throw new FormatError(`DER value of type ${tag}`)
  if (!check(within.subarray(start, end))) throw new FormatError(`DER value of type ${tag} in another encoding`)
}

const octetString = 0x04

const checkOf: Readonly<Record<number, (content: Uint8Array) => boolean>> = {
  0x01: isBoolean,
  0x02: isMinimalInteger,
  0x03: isBitString,
  0x05: (content) => content.length === 0,
  0x06: isObjectIdentifier,
  0x0a: isMinimalInteger,
  0x0c: isUtf8,
  0x13: isPrintable,
  0x16: (content) => content.every((byte) => byte < 0x80),
  0x17: isAsciiDigitsAndZ,
  0x18: isAsciiDigitsAndZ,
}

function isBoolean(content: Uint8Array): boolean {
  return content.length === 1 && (content[0] === 0x00 || content[0] === 0xff)
}

function isMinimalInteger(content: Uint8Array): boolean {
  const [first, second] = content
  if (first === undefined) return false
  if (second === undefined) return true
  return !(first === 0x00 && second < 0x80) && !(first === 0xff && second >= 0x80)
}

function isBitString(content: Uint8Array): boolean {
  const [unused] = content
  if (unused === undefined || unused > 7) return false
  const last = content[content.length - 1] ?? 0
  return content.length === 1 ? unused === 0 : (last & ((1 << unused) - 1)) === 0
}

/** Arcs of base 128, each minimal, the last one complete. */
function isObjectIdentifier(content: Uint8Array): boolean {
  if (content.length === 0 || content.length > 64 || (content[content.length - 1] ?? 0) >= 0x80) return false
  let goesOn = false
  for (const byte of content) {
    if (byte === 0x80 && !goesOn) return false
    goesOn = byte >= 0x80
  }
  return true
}

function isUtf8(content: Uint8Array): boolean {
  try {
    toText(content, notUtf8)
    return true
  } catch {
    return false
  }
}

const notUtf8 = 'not UTF-8'

/** X.690 leaves the alphabet of PrintableString to X.680, §41.4. */
function isPrintable(content: Uint8Array): boolean {
  return isUtf8(content) && /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(toText(content, notUtf8))
}

function isAsciiDigitsAndZ(content: Uint8Array): boolean {
  const last = content.length - 1
  for (let index = 0; index < last; index++) if (!isDigit(content[index])) return false
  return last < 0 || content[last] === 0x5a
}

function isDigit(byte: number = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}
