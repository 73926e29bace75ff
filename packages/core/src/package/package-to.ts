import { join } from 'node:path'
import type { BlobStore } from '../oci/store/blob-store.ts'
import { openBlobStore } from '../oci/store/open-blob-store.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { withSoundCache } from './dependencies/with-sound-cache.ts'
import { dependencyLayer } from './image/dependency-layer.ts'
import { publishLayout } from './image/publish-layout.ts'
import { writeImage } from './image/write-image.ts'
import type { Index } from './index-file.ts'
import { packageAroundDependencies, type PackagedAround } from './package-project.ts'

export interface PackagedTo {
  /** Digest of the image's manifest. */
  readonly digest: string
  readonly index: Index
  readonly indexBytes: Buffer
}

/**
 * Packages a project as an OCI image layout under a name that does not exist yet: a folder, or an archive if it ends in `.tar`.
 *
 * @throws MseError `usage/output`, and what packaging throws
 */
export async function packageTo(session: Session, project: Project, output: string): Promise<PackagedTo> {
  return withStaging(session.folders, (staging) =>
    publishLayout(output, async () => {
      const store = await openBlobStore(session)
      await store?.readAhead()
      const [directory, layout] = [join(staging, 'package'), join(staging, 'layout')]
      const make = (): Promise<PackagedAround> => packageAroundDependencies(session, project, directory)
      return withSoundCache(
        make,
        async (made) => ({ ...made.artefact, layout, digest: await imageOf(session, made, layout, store) }),
        [directory, layout],
      )
    }),
  )
}

async function imageOf(
  session: Session,
  { artefact, dependencies }: PackagedAround,
  layout: string,
  store: BlobStore | undefined,
): Promise<string> {
  return session.phase('image', 'write the OCI image layout', async () => {
    const maker = dependencyLayer(dependencies, artefact.directory, store)
    return (await writeImage(artefact, layout, { dependencies: maker })).digest
  })
}
