import { loadBase } from '../base/base-cache.ts'
import { importBase } from '../base/import-base.ts'
import { locateImage } from '../oci/layout/locate-image.ts'
import type { RegistryAccess } from '../oci/registry/connect-registry.ts'
import { isBaseDigest } from '../project/keys.ts'
import type { Session } from '../session.ts'

/**
 * A base as people name it: the digest of one that was imported, or an image, which is imported.
 *
 * @returns its digest
 * @throws MseError `base/unknown`, `base/damaged`, `image/*`, `registry/*`
 */
export async function chooseBase(
  session: Session,
  word: string,
  { cwd, access }: { readonly cwd: string; readonly access: RegistryAccess },
): Promise<string> {
  if (isBaseDigest(word)) return (await loadBase(session.folders, word)).digest
  return (await importBase(session, await locateImage(word, cwd), access)).digest
}
