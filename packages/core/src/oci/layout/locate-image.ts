import { existsSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MseError } from '../../error.ts'
import type { Session } from '../../session.ts'
import { connectRegistry, type RegistryAccess } from '../registry/connect-registry.ts'
import { pullImage } from '../registry/pull-image.ts'
import { formatReference, isReference, parseReference, type Reference } from '../registry/reference.ts'
import { openBlobStore } from '../store/open-blob-store.ts'
import { folderLayout } from './folder-layout.ts'
import type { Layout } from './layout.ts'
import { tarLayout } from './tar-layout.ts'

/** Where an image is, by what a user has written: `folder` is one without `oci-layout`. */
export type ImageLocation =
  | { readonly kind: 'layout' | 'archive' | 'folder'; readonly path: string }
  | { readonly kind: 'registry'; readonly reference: Reference }

/**
 * What exists is a path. What does not and begins with the host of a registry is a reference.
 *
 * @throws MseError `image/unreadable`
 */
export async function locateImage(word: string, cwd: string): Promise<ImageLocation> {
  const path = resolve(cwd, word)
  const status = await lstat(path).catch(() => undefined)
  if (status === undefined && isReference(word)) return { kind: 'registry', reference: parseReference(word) }
  if (status === undefined) throw new MseError('image/unreadable', `there is no ${path}`)
  if (!status.isDirectory()) return { kind: 'archive', path }
  return { kind: existsSync(join(path, 'oci-layout')) ? 'layout' : 'folder', path }
}

/**
 * Opens the layout at a location; one in a registry is fetched into `scratch`, an empty folder.
 *
 * @throws MseError `image/*`, `registry/*`
 */
export async function openLocation(
  session: Session,
  location: ImageLocation,
  access: RegistryAccess,
  scratch: string,
): Promise<Layout> {
  if (location.kind === 'archive') return tarLayout(location.path)
  if (location.kind !== 'registry') return folderLayout(location.path)
  const { reference } = location
  return session.phase('pull', `fetch ${formatReference(reference)}`, async (update) => {
    const registry = await connectRegistry(session, reference, 'pull', access)
    return pullImage(registry, reference, scratch, { update, store: await openBlobStore(session) })
  })
}
