import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { locateImage } from '../oci/layout/locate-image.ts'
import type { RegistryAccess } from '../oci/registry/connect-registry.ts'
import { examineLayout } from '../package/examine-layout.ts'
import { packageAroundDependencies } from '../package/package-project.ts'
import { examinePackage } from '../package/receive-package.ts'
import type { IndexedPackage } from '../platform/platform.ts'
import { loadSource } from '../project/load-project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { requireSameBase } from './require-same-base.ts'

export interface SubjectOptions {
  readonly cwd: string
  readonly access: RegistryAccess
  /** Digest of the base that a project is packaged for, and that a package has to be for; undefined: what it says itself. */
  readonly base: string | undefined
}

/**
 * What is to be measured, as people name it: a package, of which every byte is read or was read before, or a project (a folder with
 * `mse.toml`, or that file), which is packaged and thrown away.
 *
 * @throws MseError `sgx/base` for a package of another base, `image/*`, `package/*`, `project/*`, and what packaging throws
 */
export async function openSubject(session: Session, word: string, options: SubjectOptions): Promise<IndexedPackage> {
  const path = resolve(options.cwd, word)
  if (!isProject(path)) {
    const location = await locateImage(word, options.cwd)
    const { index, indexBytes } = await (location.kind === 'layout'
      ? examineLayout(session, location.path)
      : examinePackage(session, { location, access: options.access }))
    requireSameBase(index, options.base)
    return { index, indexBytes }
  }
  const project = await loadSource(path)
  return withStaging(session.folders, async (staging) => {
    const given = { ...project, base: options.base ?? project.base }
    const { artefact } = await packageAroundDependencies(session, given, join(staging, 'package'))
    return { index: artefact.index, indexBytes: artefact.indexBytes }
  })
}

/** Packages that are folders have an index.json or an oci-layout, and no mse.toml. */
function isProject(path: string): boolean {
  return basename(path) === 'mse.toml' || existsSync(join(path, 'mse.toml'))
}
