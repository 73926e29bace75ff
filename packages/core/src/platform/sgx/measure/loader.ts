import { MseError } from '../../../error.ts'

/** Gramine's `libpal.so`: the ELF image that becomes part of the enclave and is measured with it. */
export interface Loader {
  readonly bytes: Buffer
  /** Lowest page of the image; 0 unless it was linked for a fixed address. */
  readonly low: number
  /** End of its highest page. */
  readonly high: number
  readonly entry: number
  /** In the order of the program headers. */
  readonly segments: readonly Segment[]
}

/** One PT_LOAD (System V ABI, "Program Header"). */
export interface Segment {
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
  /** SECINFO permissions: R 1, W 2, X 4. */
  readonly permissions: number
}

export const PAGE = 4096
const PT_LOAD = 1
const HEADER_SIZE = 64
const ENTRY_SIZE = 56
const MAXIMUM_SEGMENTS = 16

export function roundDown(address: number): number {
  return address - (address % PAGE)
}

export function roundUp(address: number): number {
  return roundDown(address + PAGE - 1)
}

/**
 * Reads a loader: ELF64, little-endian, x86-64.
 *
 * @throws MseError `enclave/loader` for anything else, for segments beyond the file, and for two in one page, which no processor
 *   would accept
 */
export function readLoader(bytes: Buffer): Loader {
  const isElf = bytes.length >= HEADER_SIZE && bytes.subarray(0, 6).equals(Buffer.from('\x7fELF\x02\x01', 'latin1'))
  if (!isElf || bytes.readUInt16LE(18) !== 62) throw refused('it is not an ELF image for x86-64')
  const segments = readSegments(bytes)
  const pages = segments.map(pagesOf).sort((a, b) => a.low - b.low)
  const [first, last] = [pages[0], pages.at(-1)]
  if (first === undefined || last === undefined) throw refused('nothing of it is loaded')
  if (segments.length > MAXIMUM_SEGMENTS)
    throw refused(`it has ${segments.length} segments, more than ${MAXIMUM_SEGMENTS}`)
  if (pages.some((page, at) => at > 0 && page.low < (pages[at - 1] as Extent).high)) {
    throw refused('two of its segments share a page')
  }
  return { bytes, low: first.low, high: last.high, entry: readAddress(bytes, 24), segments }
}

function readSegments(bytes: Buffer): Segment[] {
  const [start, size, count] = [readAddress(bytes, 32), bytes.readUInt16LE(54), bytes.readUInt16LE(56)]
  if (size < ENTRY_SIZE || start + size * count > bytes.length)
    throw refused('its program headers are outside the file')
  const headers = Array.from({ length: count }, (_, at) => bytes.subarray(start + at * size, start + (at + 1) * size))
  return headers
    .filter((header) => header.readUInt32LE(0) === PT_LOAD)
    .map((header) => readSegment(header, bytes.length))
}

function readSegment(header: Buffer, length: number): Segment {
  const flags = header.readUInt32LE(4)
  const segment: Segment = {
    offset: readAddress(header, 8),
    address: readAddress(header, 16),
    fileSize: readAddress(header, 32),
    memorySize: readAddress(header, 40),
    permissions: ((flags & 4) >> 2) | (flags & 2) | ((flags & 1) << 2),
  }
  if (segment.offset + segment.fileSize > length) throw refused('a segment is longer than the file')
  return segment
}

interface Extent {
  readonly low: number
  readonly high: number
}

function pagesOf({ address, memorySize }: Segment): Extent {
  return { low: roundDown(address), high: roundUp(address + memorySize) }
}

function readAddress(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER) / 2n) throw refused('it has an address that no enclave has')
  return Number(value)
}

function refused(what: string): MseError {
  return new MseError('enclave/loader', `the loader (libpal.so) cannot be measured: ${what}`)
}
