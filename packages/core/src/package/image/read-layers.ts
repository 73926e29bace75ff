import { createHash } from 'node:crypto'
import { MseError } from '../../error.ts'
import { layerBytes, ordinaryLimits } from '../../oci/layout/layer-bytes.ts'
import { openBlob, tooLarge } from '../../oci/layout/layout.ts'
import type { Image, Layer } from '../../oci/layout/open-image.ts'
import { verified } from '../../oci/layout/verified.ts'
import { readTar, type TarEntry } from '../../oci/tar/read-tar.ts'
import { endOfArchive, paddingOf, tarHeader } from '../../oci/tar/tar-header.ts'
import { foldersOf, isPackagePath, unlisted } from '../index-file.ts'
import { LayerOrder } from './layer-order.ts'
import { imageRoot, layerNames, layerOf, notOurs, type LayerName, type PackedFile } from './layers.ts'

/** The folders that every layer begins with. */
const roots: ReadonlySet<string> = new Set([imageRoot, ...foldersOf(imageRoot)])

/** What stands in the layers of an image, every name looked at and every byte hashed. */
export interface PackageContents {
  /** Every file, by its path in the package. */
  readonly files: ReadonlyMap<string, PackedFile>
  /** The bytes of index.json and signature.json. */
  readonly documents: ReadonlyMap<string, Buffer>
}

/** Entries of all layers at most. */
const entryLimit = 500_000
/** Bytes of all layers at most. */
const totalLimit = ordinaryLimits.size
/** Bytes of index.json or signature.json at most: some 400,000 files. */
const documentLimit = 128 << 20

/**
 * Reads the layers of a package's image. They are somebody else's: an entry that is not exactly what this program would have written
 * is refused, so that no two readers can understand one layer differently.
 *
 * @throws MseError `image/*`
 */
export async function readLayers(image: Image): Promise<PackageContents> {
  if (image.layers.length !== layerNames.length) {
    throw new MseError('image/layout', 'an image that is not a package', {
      expected: `the layers ${layerNames.join(', ')}`,
      found: `${image.layers.length} layers`,
    })
  }
  const scan = new Scan()
  for (const [at, layer] of image.layers.entries()) {
    await scan.read(image, layer, layerNames[at] as LayerName).catch(async (error: unknown) => {
      await requireWhole(image, layer)
      throw error
    })
  }
  return scan
}

/** A blob that was damaged on its way is called that, and not a malformed archive. */
async function requireWhole({ layout }: Image, { descriptor }: Layer): Promise<void> {
  for await (const _ of verified(await openBlob(layout, descriptor), descriptor));
}

class Scan implements PackageContents {
  readonly files = new Map<string, PackedFile>()
  readonly documents = new Map<string, Buffer>()
  readonly #folders = new Set<string>()
  /** Nothing of a layer is kept but its two documents: new memory for each piece would take longer than hashing it. */
  readonly #scratch = Buffer.allocUnsafe(1 << 19)
  #entries = 0
  #bytes = 0

  async read(image: Image, layer: Layer, name: LayerName): Promise<void> {
    const limits = { ...ordinaryLimits, size: totalLimit - this.#bytes }
    const order = new LayerOrder()
    const scratch = this.#scratch
    let length = endOfArchive.length
    let total = 0
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const part of layerBytes(image.layout, layer, limits, scratch)) {
        total += part.length
        yield part
      }
    }
    for await (const entry of readTar(counted())) {
      this.#entries += 1
      if (this.#entries > entryLimit) throw tooLarge('the package', entryLimit, this.#entries)
      const path = requireSpelling(entry)
      order.take(path, entry.type)
      length += entry.header.length + entry.size + paddingOf(entry.size)
      if (entry.type === 'file') await this.#take(entry, path.slice(imageRoot.length + 1), name)
    }
    for (const folder of order.end()) this.#folders.add(folder.slice(imageRoot.length + 1))
    const both = [...this.#folders].find((folder) => this.files.has(folder))
    if (both !== undefined) throw new MseError('image/duplicate', `${both} is a file and a folder`)
    if (length !== total) throw notOurs('something behind its end')
    this.#bytes += total
  }

  async #take(entry: TarEntry, path: string, layer: LayerName): Promise<void> {
    if (layerOf(path) !== layer) throw new MseError('image/entry', `${path} does not belong into the layer ${layer}`)
    const hash = createHash('sha256')
    const document: Buffer[] | undefined = unlisted.includes(path) ? [] : undefined
    if (document !== undefined && entry.size > documentLimit) throw tooLarge(path, documentLimit, entry.size)
    for await (const part of entry.content()) {
      hash.update(part)
      document?.push(Buffer.from(part))
    }
    if (document !== undefined) this.documents.set(path, Buffer.concat(document))
    const mode = entry.mode === 0o755 ? '0755' : '0644'
    this.files.set(path, { path, size: entry.size, mode, sha256: hash.digest('hex') })
  }
}

/** The path of an entry, once its header is the one that this program writes for it. */
function requireSpelling(entry: TarEntry): string {
  if (entry.type !== 'file' && entry.type !== 'directory') {
    throw new MseError(
      'image/entry',
      `${JSON.stringify(entry.path)} is a ${entry.type}; a package has files and folders`,
    )
  }
  const path = entry.type === 'directory' ? entry.path.replace(/\/$/, '') : entry.path
  const inPlace = path.startsWith(`${imageRoot}/`) || (entry.type === 'directory' && roots.has(path))
  if (!isPackagePath(path) || !inPlace || path.split('/').some((part) => Buffer.byteLength(part) > 255)) {
    throw new MseError('image/path', `${JSON.stringify(entry.path)} is not a path of a package`, {
      expected: `a path below ${imageRoot}/, without . and .., names of at most 255 bytes`,
    })
  }
  const mode = entry.type === 'directory' || entry.mode === 0o755 ? 0o755 : 0o644
  if (!tarHeader({ path, type: entry.type, size: entry.size, mode }).equals(entry.header)) {
    throw notOurs(`an unusual header of ${path}`)
  }
  return path
}
