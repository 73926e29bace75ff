import { FormatError } from '../error.ts'
import { checkPrimitive } from './der-primitive.ts'

/** One DER value, decoded to the leaves. */
export interface DerValue {
  /** The identifier octet, class and constructed bit included: 0x30 is SEQUENCE. */
  readonly tag: number
  /** The whole value: identifier, length, content. */
  readonly bytes: Uint8Array
  readonly content: Uint8Array
  /** Of a constructed value; none otherwise. */
  readonly children: readonly DerValue[]
}

/** Certificates nest 8 deep. */
const deepest = 16

/**
 * Decodes exactly one value in the distinguished encoding rules (X.690, §8, §10 and §11): definite minimal lengths, no
 * bytes left over, primitive types in their one encoding. Types that certificates have no use for are refused.
 *
 * @throws FormatError
 */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readValue(bytes, 0)
  if (value.bytes.length !== bytes.length) throw new FormatError('bytes after the DER value')
  return value
}

function readValue(bytes: Uint8Array, depth: number): DerValue {
  if (depth > deepest) throw new FormatError('DER nested too deeply')
  const tag = bytes[0]
  if (tag === undefined) throw new FormatError('DER ends before a tag')
  if ((tag & 0x1f) === 0x1f) throw new FormatError('DER tag of more than one byte')
  const { header, length } = readLength(bytes)
  if (length > bytes.length - header) throw new FormatError('DER length past the end')
  const whole = bytes.subarray(0, header + length)
  const content = whole.subarray(header)
  if ((tag & 0x20) === 0) {
    checkPrimitive(tag, content)
    return { tag, bytes: whole, content, children: [] }
  }
  if (tag < 0x80 && tag !== 0x30 && tag !== 0x31) throw new FormatError(`constructed DER value of type ${tag & 0x1f}`)
  if (tag >= 0xc0) throw new FormatError('DER tag of an application')
  const children = readChildren(content, depth + 1)
  if (tag === 0x31) checkOrder(children)
  return { tag, bytes: whole, content, children }
}

function readChildren(content: Uint8Array, depth: number): DerValue[] {
  const children: DerValue[] = []
  let offset = 0
  while (offset < content.length) {
    const child = readValue(content.subarray(offset), depth)
    children.push(child)
    offset += child.bytes.length
  }
  return children
}

/** X.690, §8.1.3 and §10.1. Three length bytes are 16 MiB, more than any evidence. */
function readLength(bytes: Uint8Array): { header: number; length: number } {
  const first = bytes[1]
  if (first === undefined) throw new FormatError('DER ends before a length')
  if (first < 0x80) return { header: 2, length: first }
  const count = first & 0x7f
  if (count === 0) throw new FormatError('DER length indefinite')
  if (count > 3) throw new FormatError('DER length too long')
  let length = 0
  for (let index = 0; index < count; index++) {
    const byte = bytes[2 + index]
    if (byte === undefined) throw new FormatError('DER ends inside a length')
    length = length * 256 + byte
  }
  if (length < 0x80 || length < 256 ** (count - 1)) throw new FormatError('DER length not minimal')
  return { header: 2 + count, length }
}

/** The members of a SET OF ascend (X.690, §11.6). */
function checkOrder(children: readonly DerValue[]): void {
  children.forEach((child, index) => {
    const before = children[index - 1]
    if (before !== undefined && compare(before.bytes, child.bytes) > 0) throw new FormatError('DER set not sorted')
  })
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
