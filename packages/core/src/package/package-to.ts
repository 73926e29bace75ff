import { join } from 'node:path'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import type { Index } from './index-file.ts'
import { publishLayout } from './image/publish-layout.ts'
import { writeImage } from './image/write-image.ts'
import { packageProject } from './package-project.ts'

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
      const layout = join(staging, 'layout')
      const { artefact } = await packageProject(session, project, join(staging, 'package'))
      const { digest } = await session.phase('image', 'write the OCI image layout', () => writeImage(artefact, layout))
      return { layout, digest, index: artefact.index, indexBytes: artefact.indexBytes }
    }),
  )
}
