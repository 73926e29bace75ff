import { join } from 'node:path'
import { MseError } from '../error.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { firstDifference } from './first-difference.ts'
import { encodeIndex } from './index-file.ts'
import { packageAroundDependencies } from './package-project.ts'
import { examinePackage, type ExaminedPackage, type ReceivedPackage } from './receive-package.ts'

/**
 * Builds a project again and requires that it is the package that was given. Whoever holds the source and the code key can do that;
 * the owner's signing key is not needed, because the signature was checked and says by itself who signed.
 *
 * @throws MseError `package/not-rebuilt` with the first difference; `image/*`, `registry/*`, `package/*` for a package that is none
 */
export async function proveRebuilt(
  session: Session,
  project: Project,
  given: ReceivedPackage,
): Promise<ExaminedPackage> {
  const examined = await examinePackage(session, given)
  return withStaging(session.folders, async (staging) => {
    const { artefact } = await packageAroundDependencies(session, project, join(staging, 'package'))
    const index = { ...artefact.index, owner: examined.index.owner }
    if (encodeIndex(index).equals(examined.indexBytes)) return examined
    const difference = firstDifference(examined.index, index)
    throw new MseError('package/not-rebuilt', `the package that was built is another: ${difference?.name} differs`, {
      expected: difference?.expected ?? 'nothing',
      found: difference?.found ?? 'nothing',
      next: 'Build from the same source, with the same code key and the same versions of mse and Python.',
    })
  })
}
