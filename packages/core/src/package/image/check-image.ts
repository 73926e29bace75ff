import { MseError } from '../../error.ts'
import type { Image } from '../../oci/layout/open-image.ts'
import { unlisted, type Index } from '../index-file.ts'
import { signedIndex } from '../signed-index.ts'
import { annotationsOf } from './describe-image.ts'
import type { PackedFile } from './layers.ts'
import { readLayers } from './read-layers.ts'

/** A package whose image was read to the last byte: signed by its owner, and every file is what the index says. */
export interface CheckedPackage {
  readonly image: Image
  readonly index: Index
  readonly indexBytes: Buffer
  /** Every file, index and signature included, by its path in the package. */
  readonly files: ReadonlyMap<string, PackedFile>
}

/**
 * Reads a package's image wholly, writes nothing.
 *
 * @throws MseError `image/*`, and as a package in a folder: `package/index`, `package/signature`, `package/file-*`
 */
export async function checkImage(image: Image): Promise<CheckedPackage> {
  const { files, documents } = await readLayers(image)
  const [indexBytes, signature] = unlisted.map((path) => documents.get(path))
  if (indexBytes === undefined || signature === undefined) {
    throw new MseError('image/layout', 'an image that is not a package: it has no index.json, or no signature.json')
  }
  const index = signedIndex(indexBytes, signature.toString())
  compareFiles(index, files)
  requireOwnAnnotations(image, index, indexBytes)
  return { image, index, indexBytes, files }
}

function compareFiles(index: Index, files: ReadonlyMap<string, PackedFile>): void {
  for (const wanted of index.files) {
    const found = files.get(wanted.path)
    if (found === undefined) throw new MseError('package/file-missing', `${wanted.path} is in the index only`)
    if (found.size !== wanted.size || found.mode !== wanted.mode || found.sha256 !== wanted.sha256) {
      throw new MseError('package/file-changed', `${wanted.path} is not the file that was measured`, {
        expected: describe(wanted),
        found: describe(found),
        next: 'Get the package again from its owner.',
      })
    }
  }
  const listed = new Set([...unlisted, ...index.files.map(({ path }) => path)])
  for (const path of files.keys()) {
    if (!listed.has(path)) throw new MseError('package/file-added', `${path} is in the package but not in its index`)
  }
}

/** What registries and engines show of an image has to be true. An image without annotations shows nothing. */
function requireOwnAnnotations(image: Image, index: Index, indexBytes: Buffer): void {
  const shown = image.manifest.annotations ?? {}
  for (const [key, expected] of Object.entries(annotationsOf(index, indexBytes))) {
    const found = Object.hasOwn(shown, key) ? shown[key] : undefined
    if (found === undefined || found === expected) continue
    throw new MseError('image/annotation', `the image says of itself what its package is not: ${key}`, {
      expected,
      found,
    })
  }
}

function describe({ size, mode, sha256 }: PackedFile): string {
  return `${size} bytes, mode ${mode}, SHA-256 ${sha256}`
}
