import { inWorkshop, type DependencyInputs } from './install-dependencies.ts'
import { readLock, type LockedPackage, type LockFile } from './lock.ts'
import { makeLock } from './make-lock.ts'
import { readRequirements } from './requirements.ts'

export interface LockOptions extends DependencyInputs {
  /** Versions of an earlier lock, which stay if they go together with the requirements. */
  readonly keep: readonly LockedPackage[]
}

/** Resolves the requirements now, whatever was resolved before, and gives the lock to commit. */
export async function lockDependencies(options: LockOptions): Promise<LockFile> {
  const { target, compiler, keep } = options
  const read = readRequirements(options.requirements, options.launcherRequirements, options.env)
  const wishes = { target, byteCode: compiler?.version ?? null, keep }
  return inWorkshop(options, async (workshop) => readLock(await makeLock(read, wishes, workshop)) as LockFile)
}
