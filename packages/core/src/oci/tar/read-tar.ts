import { MseError } from '../../error.ts'
import { ByteReader } from './byte-reader.ts'
import { parsePax } from './parse-pax.ts'
import { blockSize, checksumOf, paddingOf } from './tar-header.ts'

export type TarType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'node'

export interface TarEntry {
  /** As it stands in the archive, a final `/` of a folder included. */
  readonly path: string
  /** `node`: a device or a pipe. */
  readonly type: TarType
  readonly size: number
  /** Where its content begins in the archive. */
  readonly at: number
  readonly mode: number
  /** Where a link leads. */
  readonly link: string
  /** Its header as it stands in the archive, with those that extend it. */
  readonly header: Buffer
  /** Its content, once; what is not read is skipped. */
  content(): AsyncGenerator<Buffer>
}

const types: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'node',
  '4': 'node',
  '5': 'directory',
  '6': 'node',
}

/** Bytes of an extended header: a path of 4,096 bytes, a link of as many, and attributes. */
const extensionLimit = 1 << 20

/**
 * Reads a tar archive entry by entry, whoever wrote it: POSIX ustar and pax, and the long names of GNU. Nothing of it is believed
 * but its structure: what a path may be, its reader says.
 *
 * @throws MseError `image/tar` for what is not such an archive: wrong sums, sparse files, global or contradictory headers,
 *   anything behind the end
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(source)
  try {
    for (;;) {
      const entry = await readEntry(bytes)
      if (entry === undefined) return
      let used = false
      const content = async function* (): AsyncGenerator<Buffer> {
        used = true
        yield* bytes.pass(entry.size)
      }
      yield { ...entry, content }
      if (!used) for await (const _ of content());
      await requireZeros(bytes, paddingOf(entry.size))
    }
  } finally {
    await bytes.close()
  }
}

interface Extensions {
  path?: string
  link?: string
  size?: number
}

async function readEntry(bytes: ByteReader): Promise<Omit<TarEntry, 'content'> | undefined> {
  const blocks: Buffer[] = []
  const extensions: Extensions = {}
  for (;;) {
    const block = await bytes.take(blockSize)
    if (block === undefined) throw malformed('it has no end')
    if (block.every((byte) => byte === 0)) {
      if (blocks.length > 0) throw malformed('an extended header without a file')
      await requireEnd(bytes)
      return undefined
    }
    blocks.push(block)
    const header = parseHeader(block)
    if (header.flag === 'x' || header.flag === 'L' || header.flag === 'K') {
      extend(extensions, header.flag, await extension(bytes, header.size, blocks))
      continue
    }
    const type = types[header.flag]
    if (type === undefined) throw malformed(`an entry of the kind ${JSON.stringify(header.flag)}`)
    const size = extensions.size ?? header.size
    if (type !== 'file' && size !== 0) throw malformed('content of something that has none')
    return {
      path: extensions.path ?? header.path,
      type,
      size,
      at: bytes.position,
      mode: header.mode,
      link: extensions.link ?? header.link,
      header: blocks.length === 1 ? block : Buffer.concat(blocks),
    }
  }
}

async function extension(bytes: ByteReader, size: number, blocks: Buffer[]): Promise<Buffer> {
  if (size > extensionLimit) throw malformed('an extended header of more than 1 MiB')
  const content = await bytes.take(size + paddingOf(size))
  if (content === undefined) throw malformed('it ends in an extended header')
  blocks.push(content)
  if (content.subarray(size).some((byte) => byte !== 0)) throw malformed('something between two entries')
  return content.subarray(0, size)
}

/** Each extension once: of two, readers choose differently. */
function extend(extensions: Extensions, flag: string, content: Buffer): void {
  const found: Extensions =
    flag === 'x' ? parsePax(content) : { [flag === 'L' ? 'path' : 'link']: textOf(content, 0, content.length) }
  for (const key of Object.keys(found)) {
    if (Object.hasOwn(extensions, key)) throw malformed(`two extended headers for one ${key}`)
  }
  Object.assign(extensions, found)
}

function parseHeader(block: Buffer): {
  path: string
  mode: number
  size: number
  flag: string
  link: string
} {
  if (numberOf(block, 148, 8) !== checksumOf(block)) throw malformed('a header with a wrong sum')
  const posix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = posix ? textOf(block, 345, 155) : ''
  const name = textOf(block, 0, 100)
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberOf(block, 100, 8),
    size: numberOf(block, 124, 12),
    flag: String.fromCharCode(block[156] as number),
    link: textOf(block, 157, 100),
  }
}

/** Octal digits, ended by blank or zero. Sizes beyond come in an extended header; those in base 256 are refused. */
function numberOf(block: Buffer, at: number, length: number): number {
  const text = block.toString('latin1', at, at + length)
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1]
  if (digits === undefined) throw malformed('a number that is not octal')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function textOf(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      end === -1 ? field : field.subarray(0, end),
    )
  } catch (cause) {
    throw new MseError('image/tar', 'an archive with a name that is not UTF-8', { cause })
  }
}

async function requireZeros(bytes: ByteReader, size: number): Promise<void> {
  if (size === 0) return
  const padding = await bytes.take(size)
  if (padding === undefined) throw malformed('it ends in the middle of a file')
  if (padding.some((byte) => byte !== 0)) throw malformed('something between two entries')
}

async function requireEnd(bytes: ByteReader): Promise<void> {
  for await (const rest of bytes.passAll()) {
    if (rest.some((byte) => byte !== 0)) throw malformed('something behind its end')
  }
}

function malformed(what: string): MseError {
  return new MseError('image/tar', `not an archive that can be read without doubt: ${what}`)
}
