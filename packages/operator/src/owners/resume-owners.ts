import { resumeApps, type Resumed } from '@mse/core/boot/resume-apps'
import type { Session } from '@mse/core/session'
import { operatorFolders, ownerFolders } from './operator-folders.ts'
import { ownerNames } from './owner-names.ts'

export interface ResumedOfOwner extends Resumed {
  readonly owner: string
}

/** Starts the applications of every owner again that have ended and whose storage is there; the service need not run. */
export async function resumeOwners(session: Session, options: { readonly timeout: number }): Promise<ResumedOfOwner[]> {
  const operator = operatorFolders(session.folders)
  const resumed: ResumedOfOwner[] = []
  for (const owner of await ownerNames(operator)) {
    const { folders } = ownerFolders(operator, owner)
    const own = await resumeApps({ ...session, folders }, options)
    resumed.push(...own.map((one) => ({ ...one, owner })))
  }
  return resumed
}
