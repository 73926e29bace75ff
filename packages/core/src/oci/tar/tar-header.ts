/** One file or folder as this project writes it into an archive: nobody's, of no time. */
export interface TarItem {
  /** Relative, `/`-separated, without a final `/`. */
  readonly path: string
  readonly type: 'file' | 'directory'
  /** Bytes of content; 0 for a folder. */
  readonly size: number
  readonly mode: number
}

export const blockSize = 512

/** Two blocks of zeros end an archive. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize)

/** What 11 octal digits hold. */
const largestInUstar = 0o77777777777

/**
 * The header of an item: POSIX ustar, behind an extended header (pax) only if path or size need one. Owner 0, time 0, no names of
 * users: one item has one header (IEEE Std 1003.1-2017, pax, "ustar Interchange Format").
 */
export function tarHeader(item: TarItem): Buffer {
  const path = item.type === 'directory' ? `${item.path}/` : item.path
  const split = splitPath(path)
  const records = [
    ...(split === undefined ? [record('path', path)] : []),
    ...(item.size > largestInUstar ? [record('size', String(item.size))] : []),
  ]
  const [prefix, name] = split ?? ['', 'long-path']
  const size = item.size > largestInUstar ? 0 : item.size
  const own = ustar({ name, prefix, size, mode: item.mode, flag: item.type === 'directory' ? '5' : '0' })
  if (records.length === 0) return own
  const extended = Buffer.from(records.join(''))
  const head = ustar({ name: 'pax-header', prefix: '', size: extended.length, mode: 0o644, flag: 'x' })
  return Buffer.concat([head, extended, Buffer.alloc(paddingOf(extended.length)), own])
}

/** Zeros between a content of that size and the next header. */
export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

/** Prefix and name of 155 and 100 bytes, as long a name as possible; undefined if the path does not fit, or is not ASCII. */
function splitPath(path: string): readonly [prefix: string, name: string] | undefined {
  // oxlint-disable-next-line no-control-regex -- pax is for what is not ASCII, control characters never come here
  if (!/^[\u0000-\u007f]*$/.test(path)) return undefined
  if (path.length <= 100) return ['', path]
  const slash = path.indexOf('/', path.length - 101)
  if (slash === -1 || slash > 155 || slash === path.length - 1) return undefined
  return [path.slice(0, slash), path.slice(slash + 1)]
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (rest + String(length).length !== length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

interface Fields {
  readonly name: string
  readonly prefix: string
  readonly size: number
  readonly mode: number
  readonly flag: '0' | '5' | 'x'
}

function ustar({ name, prefix, size, mode, flag }: Fields): Buffer {
  const block = Buffer.alloc(blockSize)
  const octal = (value: number, at: number, digits: number): void =>
    void block.write(value.toString(8).padStart(digits, '0'), at, 'latin1')
  block.write(name, 0, 'latin1')
  octal(mode, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(size, 124, 11)
  octal(0, 136, 11)
  block.write(flag, 156, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  octal(0, 329, 7)
  octal(0, 337, 7)
  block.write(prefix, 345, 'latin1')
  octal(checksumOf(block), 148, 6)
  block.write('\u0000 ', 154, 'latin1')
  return block
}

/** The sum of a header's bytes, those of the sum itself taken as blanks. */
export function checksumOf(block: Uint8Array): number {
  let sum = 8 * 0x20
  // An iterator would take half a second for the headers of a large package.
  for (let at = 0; at < block.length; at += 1) if (at < 148 || at >= 156) sum += block[at] as number
  return sum
}
