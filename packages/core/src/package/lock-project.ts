import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listCodeFiles } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { choosePythons } from './choose-pythons.ts'
import { committedLockPath, readCommittedLock } from './committed-lock.ts'
import { lockDependencies, type LockFile } from './dependencies/dependencies.ts'
import { launcherRequirements } from './launcher-files.ts'

export interface LockOptions {
  /** Choose every version anew, not only those that the requirements no longer allow. */
  readonly upgrade: boolean
  /** Whether the lock names a Python that compiles. */
  readonly byteCode: boolean
}

export interface Locked {
  readonly path: string
  readonly lock: LockFile
  /** What it replaced, if that was a lock. */
  readonly before: LockFile | undefined
}

/** Resolves what a project needs and writes the lock beside mse.toml, for the project's history and for every packaging from now on. */
export async function lockProject(session: Session, project: Project, options: LockOptions): Promise<Locked> {
  const { folders, env, signal } = session
  const path = committedLockPath(project)
  const before = (await readCommittedLock(project))?.lock
  const files = await listCodeFiles(project)
  return session.phase('lock', `lock what ${project.name} needs`, async (update) => {
    const { target, interpreter, matching } = await choosePythons(env, project.python ?? before?.target.python, signal)
    const lock = await lockDependencies({
      requirements: files.find((file) => file.path === 'requirements.txt')?.absolute,
      launcherRequirements,
      target,
      interpreter,
      compiler: options.byteCode ? matching : undefined,
      keep: options.upgrade ? [] : (before?.packages ?? []),
      cacheDirectory: join(folders.cache, 'dependencies'),
      signal,
      env,
      onProgress: ({ step, detail }) => update(detail === undefined ? step : `${step} ${detail}`),
    })
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, lock.text, { flag: 'wx' })
    await rename(temporary, path)
    return { path, lock, before }
  })
}
