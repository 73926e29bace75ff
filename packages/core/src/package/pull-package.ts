import { join } from 'node:path'
import { openLocation } from '../oci/layout/locate-image.ts'
import { openImage } from '../oci/layout/open-image.ts'
import type { RegistryAccess } from '../oci/registry/connect-registry.ts'
import type { Reference } from '../oci/registry/reference.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { checkImage, type CheckedPackage } from './image/check-image.ts'
import { publishLayout } from './image/publish-layout.ts'

/**
 * Fetches a package from a registry into a new layout, a folder or an archive. It gets its name once all of it was checked.
 *
 * @throws MseError `registry/*`, `image/*`, `package/*`, `usage/output`
 */
export async function pullPackage(
  session: Session,
  reference: Reference,
  access: RegistryAccess,
  output: string,
): Promise<CheckedPackage> {
  return withStaging(session.folders, async (staging) => {
    const { checked } = await publishLayout(output, async () => {
      const layout = join(staging, 'layout')
      const opened = await openLocation(session, { kind: 'registry', reference }, access, layout)
      return { layout, checked: await checkImage(await openImage(opened)) }
    })
    return checked
  })
}
