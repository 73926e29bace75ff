import { join } from 'node:path'
import { folderLayout } from '../oci/layout/folder-layout.ts'
import { openImage, type Image } from '../oci/layout/open-image.ts'
import { connectRegistry } from '../oci/registry/connect-registry.ts'
import { pushImage, type Pushed } from '../oci/registry/push-image.ts'
import { formatReference, type Reference } from '../oci/registry/reference.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { checkImage } from './image/check-image.ts'
import { writeImage } from './image/write-image.ts'
import { openPackage } from './open.ts'
import { withImage, type ReceivedPackage } from './receive-package.ts'

export interface PushedPackage extends Pushed {
  /** Digest of the image's manifest. */
  readonly digest: string
  readonly name: string
}

/**
 * Sends a package to a registry, checked first: what is not a package, or not a whole one, does not leave.
 *
 * @throws MseError `registry/*`, `image/*`, `package/*`
 */
export async function pushPackage(session: Session, given: ReceivedPackage, to: Reference): Promise<PushedPackage> {
  const { location } = given
  if (location.kind !== 'folder') return withImage(session, given, (image) => push(session, image, to, given))
  return withStaging(session.folders, async (staging) => {
    const layout = join(staging, 'layout')
    await writeImage(await openPackage(location.path), layout)
    return push(session, await openImage(folderLayout(layout)), to, given)
  })
}

async function push(
  session: Session,
  image: Image,
  to: Reference,
  { access }: ReceivedPackage,
): Promise<PushedPackage> {
  const { index } = await checkImage(image)
  return session.phase('push', `send ${index.configuration.name} to ${formatReference(to)}`, async (update) => {
    const registry = await connectRegistry(session, to, 'pull,push', access)
    const pushed = await pushImage(registry, image, to, update)
    return { ...pushed, digest: image.digest, name: index.configuration.name }
  })
}
