import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { openImage, type Image } from '../oci/layout/open-image.ts'
import { openLocation, type ImageLocation } from '../oci/layout/locate-image.ts'
import type { RegistryAccess } from '../oci/registry/connect-registry.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import type { Artefact } from './artefact.ts'
import { checkFiles } from './check-files.ts'
import { checkImage } from './image/check-image.ts'
import type { PackedFile } from './image/layers.ts'
import { unpackImage } from './image/unpack-image.ts'
import { packedFiles } from './image/write-image.ts'
import type { Index } from './index-file.ts'
import { openPackage } from './open.ts'

/** A package that somebody has handed over: where it is, and how registries are reached. */
export interface ReceivedPackage {
  readonly location: ImageLocation
  readonly access: RegistryAccess
}

/**
 * Puts a package that somebody has handed over into a new folder. Nothing of an image is written before all of it was checked.
 *
 * @throws MseError `image/*`, `registry/*`, `package/*`
 */
export async function receivePackage(session: Session, given: ReceivedPackage, directory: string): Promise<Artefact> {
  const { location } = given
  if (location.kind === 'folder') {
    await openPackage(location.path)
    await cp(location.path, directory, { recursive: true, verbatimSymlinks: true })
    return openPackage(directory)
  }
  return withImage(session, given, (image) =>
    session.phase('unpack', 'check the package and unpack it', async () =>
      unpackImage(await checkImage(image), directory),
    ),
  )
}

/** What is known of a package once every byte of it was read. */
export interface ExaminedPackage {
  readonly index: Index
  readonly indexBytes: Buffer
  readonly files: ReadonlyMap<string, PackedFile>
  /** Undefined for a package that is a folder. */
  readonly image: Pick<Image, 'digest' | 'id' | 'layers'> | undefined
}

/**
 * Reads a package wholly and writes nothing of it.
 *
 * @throws MseError `image/*`, `registry/*`, `package/*`
 */
export async function examinePackage(session: Session, given: ReceivedPackage): Promise<ExaminedPackage> {
  const { location } = given
  if (location.kind !== 'folder') return withImage(session, given, checkImage)
  const artefact = await openPackage(location.path)
  await checkFiles(artefact)
  const files = new Map((await packedFiles(artefact)).map((file) => [file.path, file]))
  return { index: artefact.index, indexBytes: artefact.indexBytes, files, image: undefined }
}

/** The image of a package, as long as `work` needs it. */
export async function withImage<T>(
  session: Session,
  { location, access }: ReceivedPackage,
  work: (image: Image) => Promise<T>,
): Promise<T> {
  return withStaging(session.folders, async (staging) => {
    const layout = await openLocation(session, location, access, join(staging, 'pulled'))
    try {
      return await work(await openImage(layout))
    } finally {
      await layout.close()
    }
  })
}
