import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { MseError } from '../error.ts'
import { tooLarge } from '../oci/layout/layout.ts'
import { readTar, type TarEntry } from '../oci/tar/read-tar.ts'
import { loaderPath, type BaseFile } from './base.ts'
import type { FileTree } from './file-tree.ts'

/** Bytes of all layers of an image at most. */
const sizeLimit = 64 * 2 ** 30

/** Bytes of a loader at most: Gramine's has less than one MiB. */
const loaderLimit = 16 << 20

/** What all layers together have had so far. */
export interface Count {
  bytes: number
  /** Bytes of files that are named as Gramine's loader is, by their SHA-256 in hex. */
  readonly loaders: Map<string, Buffer>
}

/**
 * Lays one layer over a tree: files are hashed, whiteouts applied.
 *
 * @throws MseError `image/path`, `image/entry`, `image/duplicate`, `image/too-large`, `image/tar`
 */
export async function applyLayer(tree: FileTree, layer: AsyncIterable<Buffer>, count: Count): Promise<void> {
  tree.nextLayer()
  const seen = new Set<string>()
  for await (const entry of readTar(layer)) {
    count.bytes += entry.size
    if (count.bytes > sizeLimit) throw tooLarge('the image', sizeLimit, count.bytes)
    const path = pathOf(entry)
    if (path === '') continue
    if (seen.has(path) && entry.type !== 'directory') {
      throw new MseError('image/duplicate', `${path} stands twice in one layer`)
    }
    seen.add(path)
    await applyEntry(tree, path, entry, count)
  }
}

async function applyEntry(tree: FileTree, path: string, entry: TarEntry, { loaders }: Count): Promise<void> {
  const slash = path.lastIndexOf('/') + 1
  const [parent, name] = [path.slice(0, slash), path.slice(slash)]
  if (name === '.wh..wh..opq') return tree.clear(parent.slice(0, -1))
  // Other names with this beginning are the storage driver's own (aufs), and no files.
  if (name.startsWith('.wh..wh.')) return
  if (name.startsWith('.wh.')) return tree.remove(`${parent}${whitedOut(path, name)}`)
  if (entry.type === 'directory') return tree.putFolder(path)
  if (entry.type === 'symlink') return tree.putLink(path, linkOf(entry))
  if (entry.type === 'hardlink') return tree.putHardLink(path, relative(entry.link))
  if (entry.type === 'file') {
    const kept = name === basename(loaderPath) && entry.size <= loaderLimit ? loaders : undefined
    return tree.putFile(path, await hashed(entry, kept))
  }
  // Systems that were not made by a container engine bring nodes in /dev; what runs in a container gets another /dev.
  if (path.startsWith('dev/')) return
  throw new MseError('image/entry', `${path} is a device or a pipe`)
}

/** @param kept where the bytes go, if they are wanted */
async function hashed(entry: TarEntry, kept: Map<string, Buffer> | undefined): Promise<BaseFile> {
  const hash = createHash('sha256')
  const parts: Buffer[] = []
  for await (const part of entry.content()) {
    hash.update(part)
    if (kept !== undefined) parts.push(Buffer.from(part))
  }
  const sha256 = hash.digest('hex')
  kept?.set(sha256, Buffer.concat(parts))
  return { sha256, size: entry.size, mode: entry.mode & 0o7777 }
}

function pathOf({ path }: TarEntry): string {
  return relative(path)
}

/** `./usr/lib/` → `usr/lib`; nothing that is absolute, climbs, or confuses a reader. */
function relative(written: string): string {
  const path = written.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  if (path === '' || path === '.') return ''
  const good = path.split('/').every((part) => !['', '.', '..'].includes(part) && Buffer.byteLength(part) <= 255)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (good && Buffer.byteLength(path) <= 4096 && !/[\u0000-\u001f\u007f]/.test(path)) return path
  throw new MseError('image/path', `${JSON.stringify(written)} is not a path that an image may have`)
}

function whitedOut(path: string, name: string): string {
  const hidden = name.slice('.wh.'.length)
  if (hidden !== '' && hidden !== '.' && hidden !== '..') return hidden
  throw new MseError('image/path', `${path} removes nothing that has a name`)
}

/** A link may lead anywhere, since it is never followed but within the image. */
function linkOf({ path, link }: TarEntry): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (link !== '' && Buffer.byteLength(link) <= 4096 && !/[\u0000-\u001f\u007f]/.test(link)) return link
  throw new MseError('image/path', `${path} is a link to nothing that has a name`)
}
