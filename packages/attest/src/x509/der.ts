import { FormatError } from '../error.ts'
import { checkPrimitive } from './der-primitive.ts'

/** One DER value, decoded to the leaves. What is cut out of it is cut when it is asked for: a revocation list has thousands. */
export class DerValue {
  /** The identifier octet, class and constructed bit included: 0x30 is SEQUENCE. */
  readonly tag: number
  /** Of a constructed value; none otherwise. */
  readonly children: readonly DerValue[]
  /** What it is a part of; the rest says where in it. */
  readonly within: Uint8Array
  readonly start: number
  readonly contentStart: number
  readonly end: number

  constructor(source: Source, start: number, contentStart: number, end: number, children: readonly DerValue[]) {
    const { within } = source
    this.tag = within[start] ?? 0
    this.children = children
    this.within = within
    this.start = start
    this.contentStart = contentStart
    this.end = end
  }

  /** The whole value: identifier, length, content. */
  get bytes(): Uint8Array {
    return this.within.subarray(this.start, this.end)
  }

  get content(): Uint8Array {
    return this.within.subarray(this.contentStart, this.end)
  }
}

/** Certificates nest 8 deep. */
const deepest = 16

/** Certificates have about 200 values. Each costs its reader time, however small it is. */
const usual = 8_192

/**
 * Decodes exactly one value in the distinguished encoding rules (X.690, §8, §10 and §11): definite minimal lengths, no
 * bytes left over, primitive types in their one encoding. Types that certificates have no use for are refused.
 *
 * @param most values that it may consist of, itself included
 * @throws FormatError
 */
export function readDer(bytes: Uint8Array, most: number = usual): DerValue {
  const value = readValue({ within: bytes, left: most }, 0, bytes.length, 0)
  if (value.end !== bytes.length) throw new FormatError('bytes after the DER value')
  return value
}

/** What is read, and how many values may still come of it. */
interface Source {
  readonly within: Uint8Array
  left: number
}

function readValue(source: Source, from: number, to: number, depth: number): DerValue {
  if (depth > deepest) throw new FormatError('DER nested too deeply')
  if (--source.left < 0) throw new FormatError('too many DER values')
  if (from >= to) throw new FormatError('DER ends before a tag')
  const { within } = source
  const tag = within[from] ?? 0
  if ((tag & 0x1f) === 0x1f) throw new FormatError('DER tag of more than one byte')
  const contentStart = contentStartOf(within, from, to)
  const end = contentStart + lengthBefore(within, from + 1, contentStart)
  if (end > to) throw new FormatError('DER length past the end')
  if ((tag & 0x20) === 0) {
    checkPrimitive(tag, within, contentStart, end)
    return new DerValue(source, from, contentStart, end, none)
  }
  if (tag < 0x80 && tag !== 0x30 && tag !== 0x31) throw new FormatError(`constructed DER value of type ${tag & 0x1f}`)
  if (tag >= 0xc0) throw new FormatError('DER tag of an application')
  const children: DerValue[] = []
  for (let next = contentStart; next < end;) {
    const child = readValue(source, next, end, depth + 1)
    children.push(child)
    next = child.end
  }
  if (tag === 0x31) checkOrder(children)
  return new DerValue(source, from, contentStart, end, children)
}

const none: readonly DerValue[] = []

/** Behind the length octets. Three of them after the first are 16 MiB, more than any evidence. */
function contentStartOf(within: Uint8Array, start: number, to: number): number {
  if (start + 1 >= to) throw new FormatError('DER ends before a length')
  const first = within[start + 1] ?? 0
  const count = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80) throw new FormatError('DER length indefinite')
  if (count > 3) throw new FormatError('DER length too long')
  if (start + 2 + count > to) throw new FormatError('DER ends inside a length')
  return start + 2 + count
}

/** What the length octets from `first` up to the content say, in their one encoding (X.690, §8.1.3 and §10.1). */
function lengthBefore(within: Uint8Array, first: number, contentStart: number): number {
  const count = contentStart - first - 1
  if (count === 0) return within[first] ?? 0
  let length = 0
  for (let index = first + 1; index < contentStart; index++) length = length * 256 + (within[index] ?? 0)
  if (length < 0x80 || length < 256 ** (count - 1)) throw new FormatError('DER length not minimal')
  return length
}

/** The members of a SET OF ascend (X.690, §11.6). */
function checkOrder(children: readonly DerValue[]): void {
  let before: DerValue | undefined
  for (const child of children) {
    if (before !== undefined && compare(before.bytes, child.bytes) > 0) throw new FormatError('DER set not sorted')
    before = child
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
