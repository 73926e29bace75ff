import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { folderLayout } from '../oci/layout/folder-layout.ts'
import { tarLayout } from '../oci/layout/tar-layout.ts'
import { mediaTypes } from '../oci/media-types.ts'
import { blobOf } from '../package/image/describe-image.ts'
import { rawTar, type RawEntry } from '../testing/raw-tar.ts'
import { refusal } from '../testing/refuses.ts'
import { exampleSession } from '../testing/example-session.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writeLayout } from '../testing/write-layout.ts'
import { listBases, loadBase, saveBase } from './base-cache.ts'
import type { Base } from './base.ts'
import { FileTree } from './file-tree.ts'
import { importBase } from './import-base.ts'
import { readBase } from './read-base.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const file = (name: string, content: string, mode = 0o644): RawEntry => ({ name, content, mode })
const dir = (name: string): RawEntry => ({ name: `${name}/`, flag: '5', mode: 0o755 })
const link = (name: string, target: string): RawEntry => ({ name, flag: '2', link: target })
const hard = (name: string, target: string): RawEntry => ({ name, flag: '1', link: target })

async function base(...layers: RawEntry[][]): Promise<Base> {
  mkdirSync(at('image'), { recursive: true })
  writeLayout(at('image'), { layers: layers.map((entries) => ({ bytes: rawTar(entries) })) })
  return readBase(folderLayout(at('image')), () => undefined)
}

/** Paths with what they hold; the contents used here are short, and known by their hash. */
async function contents(...layers: RawEntry[][]): Promise<Record<string, string>> {
  const known = new Map(['one', 'two', 'three'].map((text) => [sha256(text), text]))
  const { files } = await base(...layers)
  return Object.fromEntries([...files].map(([path, { sha256: found }]) => [path, known.get(found) ?? found]))
}

describe('layers are laid over one another', () => {
  it('a file of a later layer replaces one of an earlier', async () => {
    expect(await contents([file('a', 'one'), file('b', 'two')], [file('a', 'three')])).toEqual({ a: 'three', b: 'two' })
  })

  it('a whiteout removes a file, or a folder with all in it', async () => {
    const below = [file('a', 'one'), file('d/b', 'one'), file('d/e/c', 'one'), file('f', 'two')]
    expect(await contents(below, [file('.wh.a', ''), file('.wh.d', '')])).toEqual({ f: 'two' })
  })

  it('a whiteout removes what lower layers had, not what its own layer brings, in any order', async () => {
    const below = [file('d/a', 'one'), file('d/b', 'one')]
    const own = [dir('d'), file('d/a', 'two')]
    expect(await contents(below, [file('.wh.d', ''), ...own])).toEqual({ 'd/a': 'two' })
    expect(await contents(below, [...own, file('.wh.d', '')])).toEqual({ 'd/a': 'two' })
  })

  it('an opaque whiteout leaves of a folder what its own layer brings, in any order', async () => {
    const below = [file('d/a', 'one'), file('d/e/b', 'one'), file('c', 'one')]
    const own = [file('d/f', 'two'), file('d/e/g', 'two')]
    const left = { c: 'one', 'd/f': 'two', 'd/e/g': 'two' }
    expect(await contents(below, [file('d/.wh..wh..opq', ''), ...own])).toEqual(left)
    expect(await contents(below, [...own, file('d/.wh..wh..opq', '')])).toEqual(left)
  })

  it('a folder in place of a file, and a file in place of a folder', async () => {
    expect(await contents([file('a', 'one')], [file('a/b', 'two')])).toEqual({ 'a/b': 'two' })
    expect(await contents([file('a/b', 'one')], [file('a', 'two')])).toEqual({ a: 'two' })
  })

  it('a layer that writes below a link writes where it leads', async () => {
    const below = [file('usr/lib/a', 'one'), link('lib', 'usr/lib')]
    expect(await contents(below, [dir('lib'), file('lib/b', 'two')])).toEqual({
      'usr/lib/a': 'one',
      'usr/lib/b': 'two',
    })
    expect(await contents(below, [file('lib/.wh.a', '')])).toEqual({})
  })

  it('a hard link is the file that it names', async () => {
    expect(await contents([file('a', 'one'), hard('b', 'a')], [file('a', 'two')])).toEqual({ a: 'two', b: 'one' })
  })
})

describe('links are resolved within the image', () => {
  it('a link of a file is a file of its own name, one of a folder is listed as that', async () => {
    const entries = [file('usr/lib/x.so.1.2', 'one'), link('usr/lib/x.so', 'x.so.1.2'), link('lib', '/usr/lib')]
    const { files, folders } = await base(entries)
    expect([...files.keys()]).toEqual(['usr/lib/x.so', 'usr/lib/x.so.1.2'])
    expect(files.get('usr/lib/x.so')).toEqual(files.get('usr/lib/x.so.1.2'))
    expect([...folders]).toEqual([['lib', 'usr/lib']])
  })

  it('through other links, `..` and `/`, which stop at the root', async () => {
    const entries = [
      file('a/b/file', 'one'),
      link('l1', '../../../../a'),
      link('l2', '/l1/b'),
      link('a/l3', '../l2/./file'),
    ]
    expect(await contents(entries)).toEqual({ 'a/b/file': 'one', 'a/l3': 'one' })
  })

  it('one that leads nowhere, in a circle, or through a file is no file', async () => {
    const entries = [link('none', 'nothing'), link('x', 'y'), link('y', 'x'), file('f', 'one'), link('z', 'f/g')]
    expect(await contents(entries)).toEqual({ f: 'one' })
  })

  it('to a file of the host leads to nothing of the host', async () => {
    expect(await contents([link('passwd', '/etc/passwd'), link('up', '../../../../etc/passwd')])).toEqual({})
  })
})

describe('refuses', () => {
  it.each<[string, string, RawEntry[]]>([
    ['a path that climbs', 'image/path', [file('a/../../b', 'one')]],
    ['an absolute path', 'image/path', [file('/etc/passwd', 'one')]],
    ['a path with a control character', 'image/path', [file('a\u001b', 'one')]],
    ['a whiteout of the folder itself', 'image/path', [file('a/.wh..', '')]],
    ['a whiteout of the folder above', 'image/path', [file('a/.wh...', '')]],
    ['a whiteout of nothing', 'image/path', [file('a/.wh.', '')]],
    ['a hard link to what is not there', 'image/entry', [hard('a', 'etc/passwd')]],
    ['a hard link that climbs', 'image/path', [hard('a', '../../etc/passwd')]],
    ['a hard link to a folder', 'image/entry', [dir('d'), hard('a', 'd')]],
    ['a link to nothing', 'image/path', [link('a', '')]],
    ['a device', 'image/entry', [{ name: 'a', flag: '3' }]],
    ['a device below something that looks like /dev', 'image/entry', [{ name: 'a/dev/sda', flag: '4' }]],
    ['a pipe', 'image/entry', [{ name: 'a', flag: '6' }]],
    ['a file twice', 'image/duplicate', [file('a', 'one'), file('a', 'two')]],
    ['a file twice, spelt differently', 'image/duplicate', [file('a', 'one'), file('./a', 'two')]],
  ])('%s', async (_, code, entries) => {
    await expect(base(entries)).rejects.toThrow(refusal(code))
  })

  it('a layer that becomes a thousand times larger', async () => {
    mkdirSync(at('image'))
    const bytes = gzipSync(Buffer.alloc(64 << 20))
    writeLayout(at('image'), { layers: [{ bytes, mediaType: `${mediaTypes.layer}+gzip` }] })
    await expect(readBase(folderLayout(at('image')), () => undefined)).rejects.toThrow(refusal('image/too-large'))
  })

  it('few paths that name more folders than any image has', () => {
    const tree = new FileTree(1000)
    const put = (n: number): void => tree.putFile(`${n}/${'a/'.repeat(400)}f`, { sha256: '', size: 0, mode: 0 })
    put(1)
    put(2)
    expect(() => put(3)).toThrow(refusal('image/too-large'))
  })

  it('nodes of /dev are no files, and no reason to refuse', async () => {
    expect(await contents([file('a', 'one'), { name: 'dev/null', flag: '3' }])).toEqual({ a: 'one' })
  })
})

describe('an archive of docker save', () => {
  const layer = rawTar([file('a', 'one')])
  const config = (...layers: Buffer[]): string =>
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: layers.map((bytes) => blobOf(bytes).digest) },
    })

  async function archive(entries: RawEntry[]): Promise<Base> {
    writeFileSync(at('image.tar'), rawTar(entries))
    const layout = await tarLayout(at('image.tar'))
    try {
      return await readBase(layout, () => undefined)
    } finally {
      await layout.close()
    }
  }

  const manifest = (...layers: string[]): RawEntry =>
    file('manifest.json', JSON.stringify([{ Config: 'c.json', Layers: layers }]))

  it('is the same base as the layout with that configuration', async () => {
    const read = await archive([file('c.json', config(layer)), { name: 'l.tar', content: layer }, manifest('l.tar')])
    expect(read.digest).toBe(blobOf(Buffer.from(config(layer))).digest)
    expect([...read.files]).toEqual([['a', { sha256: sha256('one'), size: 3, mode: 0o644 }]])
  })

  it.each<[string, string, RawEntry[]]>([
    [
      'whose layer is another than the configuration names',
      'image/digest',
      [file('c.json', config(rawTar([]))), { name: 'l.tar', content: layer }, manifest('l.tar')],
    ],
    [
      'with more layers than the configuration names',
      'image/layout',
      [file('c.json', config(layer)), { name: 'l.tar', content: layer }, manifest('l.tar', 'l.tar')],
    ],
    ['whose layer is missing', 'image/layout', [file('c.json', config(layer)), manifest('l.tar')]],
    [
      'of two images',
      'image/ambiguous',
      [file('manifest.json', JSON.stringify([1, 2].map(() => ({ Config: 'c.json', Layers: [] }))))],
    ],
    ['that is something else', 'image/layout', [file('hello', 'one')]],
  ])('%s', async (_, code, entries) => {
    await expect(archive(entries)).rejects.toThrow(refusal(code))
  })
})

describe('a base is remembered', () => {
  it('under its digest, and only what was imported', async () => {
    const session = exampleSession(folder())
    writeLayoutOf(file('usr/bin/python3', 'one', 0o755), link('bin', 'usr/bin'))
    const access = { insecure: [], authority: undefined }
    const imported = await importBase(session, { kind: 'layout', path: at('image') }, access)
    expect(await loadBase(session.folders, imported.digest)).toEqual(imported)
    expect(await listBases(session.folders)).toEqual([imported.digest])
    const other = `sha256:${'0'.repeat(64)}`
    await expect(loadBase(session.folders, other)).rejects.toThrow(refusal('base/unknown'))
    await expect(loadBase(session.folders, '../../x')).rejects.toThrow(refusal('usage/base'))
  })

  it('a tree of files is no base: the error says how to make an image of it', async () => {
    mkdirSync(at('a tree/usr'), { recursive: true })
    const access = { insecure: [], authority: undefined }
    const given = importBase(exampleSession(folder()), { kind: 'folder', path: at('a tree') }, access)
    await expect(given).rejects.toThrow(refusal('base/folder'))
    await expect(given).rejects.toMatchObject({
      next: expect.stringContaining(`mse base import '${at('a tree')}.tar'`),
    })
  })

  it('what was changed in the cache is noticed, if it is no longer whole', async () => {
    const { folders } = exampleSession(folder())
    const digest = `sha256:${'ab'.repeat(32)}`
    await saveBase(folders, { digest, files: new Map(), folders: new Map(), loader: undefined })
    writeFileSync(join(folders.cache, 'bases', `${'ab'.repeat(32)}.json`), '{"schema":"mse-base/1"')
    await expect(loadBase(folders, digest)).rejects.toThrow(refusal('base/damaged'))
  })

  function writeLayoutOf(...entries: RawEntry[]): void {
    mkdirSync(at('image'))
    writeLayout(at('image'), { layers: [{ bytes: rawTar(entries) }] })
  }
})

it('reads what tar makes of a tree with every kind of link as the tree is', async () => {
  const script = `mkdir -p tree/usr/lib tree/etc && cd tree && echo one > usr/lib/a && ln usr/lib/a usr/lib/b
    ln -s usr/lib lib && ln -s ../usr/lib/a etc/link && cd .. && tar -cf layer.tar -C tree .`
  execFileSync('sh', ['-c', script], { cwd: folder() })
  mkdirSync(at('image'))
  const bytes = execFileSync('cat', [at('layer.tar')], { maxBuffer: 1 << 26 })
  writeLayout(at('image'), { layers: [{ bytes }] })
  const { files, folders } = await readBase(folderLayout(at('image')), () => undefined)
  expect([...files.keys()]).toEqual(['etc/link', 'usr/lib/a', 'usr/lib/b'])
  expect(new Set([...files.values()].map(({ sha256: found }) => found))).toEqual(new Set([sha256('one\n')]))
  expect([...folders]).toEqual([['lib', 'usr/lib']])
})
