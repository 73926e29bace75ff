import { layerBytes, ordinaryLimits } from '../../oci/layout/layer-bytes.ts'
import { tooLarge } from '../../oci/layout/layout.ts'
import type { Image } from '../../oci/layout/open-image.ts'
import { readTar } from '../../oci/tar/read-tar.ts'
import { MseError } from '../../error.ts'
import type { IndexedPackage } from '../../platform/platform.ts'
import { unlisted } from '../index-file.ts'
import { signedIndex } from '../signed-index.ts'
import { imageRoot, layerNames } from './layers.ts'

/** Bytes of index.json or signature.json at most: some 400,000 files. */
const documentLimit = 128 << 20

/**
 * The index of an image of a package, as the owner whom it names has signed it. Nothing else was looked at: who is to rely on the
 * files checks the whole image (check-image.ts).
 *
 * @throws MseError `image/*`, `package/index`, `package/signature`
 */
export async function peekIndex({ layout, layers }: Image): Promise<IndexedPackage> {
  const documents = new Map<string, Buffer>()
  const layer = layers[layerNames.indexOf('application')]
  if (layer === undefined || layers.length !== layerNames.length) throw noPackage()
  for await (const entry of readTar(layerBytes(layout, layer, ordinaryLimits))) {
    const path = entry.path.slice(imageRoot.length + 1)
    if (entry.path !== `${imageRoot}/${path}` || !unlisted.includes(path)) continue
    if (entry.size > documentLimit) throw tooLarge(path, documentLimit, entry.size)
    const parts: Buffer[] = []
    for await (const part of entry.content()) parts.push(Buffer.from(part))
    documents.set(path, Buffer.concat(parts))
  }
  const [indexBytes, signature] = unlisted.map((path) => documents.get(path))
  if (indexBytes === undefined || signature === undefined) throw noPackage()
  return { index: signedIndex(indexBytes, signature.toString()), indexBytes }
}

function noPackage(): MseError {
  return new MseError('image/layout', 'an image that is not a package: it has no index.json, or no signature.json')
}
