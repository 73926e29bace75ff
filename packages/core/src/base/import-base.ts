import { join } from 'node:path'
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
 * @throws MseError `image/*`, `registry/*`
 */
export async function importBase(session: Session, location: ImageLocation, access: RegistryAccess): Promise<Base> {
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
