import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pax, rawTar, type RawEntry } from '../../testing/raw-tar.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { readTar } from './read-tar.ts'
import { endOfArchive, paddingOf, tarHeader } from './tar-header.ts'

const folder = temporaryFolder()

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function entries(archive: Buffer, piece = 1000): Promise<Record<string, unknown>[]> {
  const found = []
  for await (const entry of readTar(pieces(archive, piece))) {
    const parts: Buffer[] = []
    for await (const part of entry.content()) parts.push(part)
    const { path, type, size, mode, link } = entry
    found.push({ path, type, size, mode, link, content: Buffer.concat(parts).toString() })
  }
  return found
}

const paths = {
  short: 'a/b.py',
  'of 100 bytes': `${'d'.repeat(60)}/${'f'.repeat(39)}`,
  'split between name and prefix': `${'d'.repeat(120)}/${'f'.repeat(90)}`,
  'too long for ustar': `${'d'.repeat(120)}/${'e'.repeat(120)}/${'f'.repeat(120)}`,
  'whose last part is too long for ustar': `a/${'f'.repeat(200)}`,
  'outside ASCII': 'döner/ключ.py',
}

describe('what is written is read again, by us and by tar', () => {
  it.each(Object.entries(paths))('a path %s', async (_, path) => {
    const content = Buffer.from('x = 1\n')
    const file = tarHeader({ path, type: 'file', size: content.length, mode: 0o755 })
    const archive = Buffer.concat([file, content, Buffer.alloc(paddingOf(content.length)), endOfArchive])
    for (const piece of [1, 512, 1 << 20]) {
      expect(await entries(archive, piece)).toEqual([
        { path, type: 'file', size: 6, mode: 0o755, link: '', content: 'x = 1\n' },
      ])
    }
    writeFileSync(join(folder(), 'a.tar'), archive)
    const env = { ...process.env, LC_ALL: 'C.UTF-8' }
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder(), env })
    expect(readFileSync(join(folder(), path), 'utf8')).toBe('x = 1\n')
  })

  it('a folder', async () => {
    const archive = Buffer.concat([tarHeader({ path: 'a/b', type: 'directory', size: 0, mode: 0o755 }), endOfArchive])
    expect(await entries(archive)).toMatchObject([{ path: 'a/b/', type: 'directory' }])
  })

  it('a size of more than 8 GiB goes into an extended header', async () => {
    const header = tarHeader({ path: 'a', type: 'file', size: 2 ** 33, mode: 0o644 })
    const [first] = await headersOf(Buffer.concat([header, Buffer.alloc(512)]))
    expect(first).toMatchObject({ path: 'a', size: 2 ** 33 })
  })
})

/** The first entry, whose content is not asked for. */
async function headersOf(archive: Buffer): Promise<unknown[]> {
  for await (const entry of readTar(pieces(archive, 512))) return [entry]
  return []
}

it.each(['--format=gnu', '--format=pax', '--format=ustar'])('reads what tar %s writes', async (format) => {
  const long = format === '--format=ustar' ? 'file' : 'f'.repeat(180)
  mkdirSync(join(folder(), 'in'))
  writeFileSync(join(folder(), 'in', long), 'content')
  execFileSync('ln', ['-s', long, join(folder(), 'in/link')])
  execFileSync('tar', ['-cf', 'a.tar', format, '--sort=name', 'in'], { cwd: folder() })
  expect(await entries(readFileSync(join(folder(), 'a.tar')))).toEqual([
    expect.objectContaining({ path: 'in/', type: 'directory' }),
    expect.objectContaining({ path: `in/${long}`, type: 'file', content: 'content' }),
    expect.objectContaining({ path: 'in/link', type: 'symlink', link: long }),
  ])
})

const x = (content: string): RawEntry => ({ name: 'pax', flag: 'x', content })
const file: RawEntry = { name: 'a', content: 'content' }

describe('refuses', () => {
  it.each<[string, Buffer]>([
    ['a header whose sum is wrong', rawTar([{ ...file, checksum: 1 }])],
    ['an archive without an end', rawTar([file], Buffer.alloc(0))],
    ['an archive that ends in a file', rawTar([file]).subarray(0, 515)],
    ['an archive that ends in a header', rawTar([file]).subarray(0, 100)],
    ['an extended header without a file', rawTar([x(pax({ path: 'b' }))])],
    ['something behind the end', Buffer.concat([rawTar([file]), Buffer.from('more')])],
    ['a second archive behind the end', Buffer.concat([rawTar([file]), rawTar([file])])],
    ['something hidden in the padding', Buffer.concat([padded(rawTar([file]))])],
    ['a size that swallows the next header', rawTar([{ ...file, size: 4096 }, file])],
    ['a folder with content', rawTar([{ name: 'd/', flag: '5', content: 'content' }])],
    ['a link with content', rawTar([{ name: 'l', flag: '2', link: 'a', content: 'content' }])],
    ['a global extended header', rawTar([{ name: 'g', flag: 'g', content: pax({ path: 'b' }) }, file])],
    ['a sparse file of GNU', rawTar([{ ...file, flag: 'S' }])],
    ['a sparse file of pax', rawTar([x(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'b' })), file])],
    ['a volume of several', rawTar([{ ...file, flag: 'M' }])],
    ['a kind that nobody knows', rawTar([{ ...file, flag: 'Z' }])],
    ['two paths for one file, both of pax', rawTar([x(pax({ path: 'b' })), x(pax({ path: 'c' })), file])],
    [
      'two paths for one file, one of GNU',
      rawTar([x(pax({ path: 'b' })), { name: 'L', flag: 'L', content: 'c\0' }, file]),
    ],
    ['a key twice in one extended header', rawTar([x(pax({ path: 'b' }) + pax({ path: 'c' })), file])],
    ['an empty path of pax', rawTar([x(pax({ path: '' })), file])],
    ['a path of pax with a zero in it', rawTar([x(pax({ path: 'b\0c' })), file])],
    ['a path of pax that is not UTF-8', rawTar([{ ...x(''), content: Buffer.from('10 path=\xff\n', 'latin1') }, file])],
    ['a size of pax with a sign', rawTar([x(pax({ size: '-7' })), file])],
    ['a length of pax that is too long', rawTar([x('99 path=b\n'), file])],
    ['a length of pax that is too short', rawTar([x('5 path=b\n'), file])],
    ['another character set', rawTar([x(pax({ hdrcharset: 'BINARY' })), file])],
    ['a name that is not UTF-8', notUtf8()],
    ['a size in base 256', base256()],
    ['an extended header of 2 MiB', rawTar([x(pax({ path: 'b'.repeat(2 << 20) })), file])],
  ])('%s', async (_, archive) => {
    await expect(entries(archive)).rejects.toThrow(refusal('image/tar'))
  })
})

function padded(archive: Buffer): Buffer {
  archive[1000] = 1
  return archive
}

function resummed(change: (header: Buffer) => void): Buffer {
  const archive = rawTar([file])
  change(archive)
  let sum = 0
  for (const [at, byte] of archive.subarray(0, 512).entries()) sum += at >= 148 && at < 156 ? 32 : byte
  archive.write(sum.toString(8).padStart(6, '0'), 148, 'latin1')
  return archive
}

function notUtf8(): Buffer {
  return resummed((header) => header.writeUInt8(0xff, 0))
}

function base256(): Buffer {
  return resummed((header) => {
    header.fill(0, 124, 136)
    header.writeUInt8(0x80, 124)
    header.writeUInt8(7, 135)
  })
}
