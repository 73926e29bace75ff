import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import { inspectCode } from '../project/inspect-code.ts'
import { listCodeFiles } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import type { Artefact } from './artefact.ts'
import { buildPackage } from './build.ts'
import { choosePythons } from './choose-pythons.ts'
import { readCommittedLock } from './committed-lock.ts'
import { discard, installDependencies, type InstalledSet } from './dependencies/dependencies.ts'
import type { Interpreter } from './interpreter.ts'
import { launcherRequirements } from './launcher-files.ts'

/** A package, and the Python of this machine that can run it; another one if there is none. */
export interface Packaged {
  readonly artefact: Artefact
  readonly interpreter: Interpreter
}

/** Turns a project into a package in a new folder: resolves and installs what it needs, encrypts its code, signs. */
export async function packageProject(session: Session, project: Project, directory: string): Promise<Packaged> {
  const { folders, env, signal } = session
  const files = await listCodeFiles(project)
  for (const warning of [...project.warnings, ...(await inspectCode(project, files))]) session.warn(warning)
  const committed = await readCommittedLock(project)
  const title = `package ${project.name}: encrypt its code, collect its dependencies`
  return session.phase('package', title, async (update) => {
    const [{ target, interpreter, matching }, owner, key] = await Promise.all([
      choosePythons(env, project.python ?? committed?.lock?.target.python, signal),
      ownerKeys(folders.config),
      codeKey(folders.config, project.name),
    ])
    const install = (): Promise<InstalledSet> =>
      installDependencies({
        requirements: files.find((file) => file.path === 'requirements.txt')?.absolute,
        launcherRequirements,
        committed: committed?.text,
        target,
        interpreter,
        compiler: matching,
        cacheDirectory: join(folders.cache, 'dependencies'),
        signal,
        env,
        onProgress: ({ step, detail }) => update(detail === undefined ? step : `${step} ${detail}`),
      })
    const build = (dependencies: InstalledSet): Promise<Artefact> =>
      buildPackage({ project, files, dependencies, owner, codeKey: key }, directory)
    if (matching === undefined && committed === undefined) session.warn(withoutByteCode(target.python))
    return { artefact: await withSoundCache(install, build, directory), interpreter: matching ?? interpreter }
  })
}

function withoutByteCode(python: string): string {
  return `Python ${python} is not on this machine: the dependencies go without byte code, and the application starts more slowly`
}

/** Builds; if something has happened to the installed dependencies in the cache, once more with new ones. */
async function withSoundCache(
  install: () => Promise<InstalledSet>,
  build: (dependencies: InstalledSet) => Promise<Artefact>,
  directory: string,
): Promise<Artefact> {
  const dependencies = await install()
  try {
    return await build(dependencies)
  } catch (error) {
    if (!(error instanceof MseError) || error.code !== 'dependencies/cache-damaged') throw error
    discard(dependencies)
    await rm(directory, { recursive: true, force: true })
    return build(await install())
  }
}
