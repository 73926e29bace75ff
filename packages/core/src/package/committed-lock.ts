import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import type { Project } from '../project/project.ts'
import { readLock, type LockFile } from './dependencies/dependencies.ts'

/** The lock that a project has committed: its exact text, and what it says unless it is damaged. */
export interface CommittedLock {
  readonly text: string
  readonly lock: LockFile | undefined
}

/** Where it lies: beside mse.toml, outside the code folder. */
export function committedLockPath(project: Project): string {
  return join(project.root, 'requirements.lock')
}

/** Undefined: the project has none, and its dependencies are locked in the cache alone. */
export async function readCommittedLock(project: Project): Promise<CommittedLock | undefined> {
  const path = committedLockPath(project)
  try {
    const text = await readFile(path, 'utf8')
    return { text, lock: readLock(text) }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MseError('dependencies/lock', 'requirements.lock cannot be read', { found: path, cause })
  }
}
