import { MseError } from '@mse/core/error'
import { openImage, type Image } from '@mse/core/oci/layout/open-image'
import type { Artefact } from '@mse/core/package/artefact'
import { checkImage } from '@mse/core/package/image/check-image'
import { unpackImage } from '@mse/core/package/image/unpack-image'
import type { Index } from '@mse/core/package/index-file'
import { blobLayout } from '../blobs/blob-layout.ts'
import type { BlobStore } from '../blobs/blob-store.ts'

export interface Received {
  readonly artefact: Artefact
  readonly image: Image
}

/**
 * Unpacks a package whose blobs were uploaded. Nothing is written before all of it was checked, the owner's signature included.
 *
 * @param admit says, of a package that was checked, whether there is room for it
 * @throws MseError `operator/no-blob`, `operator/other-app`, `image/*`, `package/*`
 */
export async function receiveBlobs(
  store: BlobStore,
  { image: digest, name }: { readonly image: string; readonly name: string },
  directory: string,
  admit: (index: Index) => Promise<void>,
): Promise<Received> {
  const image = await openImage(await blobLayout(store, digest))
  const checked = await checkImage(image)
  const found = checked.index.configuration.name
  if (found !== name) throw otherApp(name, found)
  await admit(checked.index)
  return { artefact: await unpackImage(checked, directory), image }
}

export function otherApp(expected: string, found: string): MseError {
  return new MseError('operator/other-app', 'the package is of another application', { expected, found })
}
