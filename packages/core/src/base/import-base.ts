import { join } from 'node:path'
import { MseError } from '../error.ts'
import { openLocation, type ImageLocation } from '../oci/layout/locate-image.ts'
import type { RegistryAccess } from '../oci/registry/connect-registry.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { saveBase } from './base-cache.ts'
import type { Base } from './base.ts'
import { readBase } from './read-base.ts'

/**
 * Takes an image as a base: every file of it is hashed once, and remembered under the image's digest.
 *
 * @throws MseError `base/folder`, `image/*`, `registry/*`
 */
export async function importBase(session: Session, location: ImageLocation, access: RegistryAccess): Promise<Base> {
  if (location.kind === 'folder') throw noImage(location.path)
  return withStaging(session.folders, async (staging) => {
    const layout = await openLocation(session, location, access, join(staging, 'pulled'))
    try {
      const base = await session.phase('import', 'hash every file of the image', (update) => readBase(layout, update))
      await saveBase(session.folders, base)
      return base
    } finally {
      await layout.close()
    }
  })
}

/** A tree of files has no digest by which an operator could fetch it, and who reads it without being root sees another one. */
function noImage(path: string): MseError {
  const [folder, archive] = [shellWord(path), shellWord(`${path.replace(/\/+$/, '')}.tar`)]
  return new MseError('base/folder', `${path} is a folder of files and no image`, {
    expected: 'an OCI image layout, an archive of docker save, or a reference in a registry',
    found: 'a folder without oci-layout',
    next: [
      `sudo tar --directory ${folder} --create . | podman import - localhost/base:1`,
      `podman save --format oci-archive --output ${archive} localhost/base:1`,
      `mse base import ${archive}`,
    ].join('\n'),
  })
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
