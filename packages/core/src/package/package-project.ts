import { join } from 'node:path'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import { inspectCode } from '../project/inspect-code.ts'
import { listCodeFiles } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import type { Artefact } from './artefact.ts'
import { buildAroundDependencies, buildPackage, type BuildInputs } from './build.ts'
import { choosePythons } from './choose-pythons.ts'
import { readCommittedLock } from './committed-lock.ts'
import { installDependencies, type InstalledSet } from './dependencies/dependencies.ts'
import { withSoundCache } from './dependencies/with-sound-cache.ts'
import type { Interpreter } from './interpreter.ts'
import { launcherRequirements } from './launcher-files.ts'

/** A package, and the Python of this machine that can run it; another one if there is none. */
export interface Packaged {
  readonly artefact: Artefact
  readonly interpreter: Interpreter
}

/** A package whose dependencies are not in its folder. */
export interface PackagedAround {
  readonly artefact: Artefact
  readonly dependencies: InstalledSet
}

/**
 * Turns a project into a package in a new folder: resolves and installs what it needs, encrypts its code, signs.
 *
 * @param python of this machine, if it was asked already: that can take longer than the rest
 */
export async function packageProject(
  session: Session,
  project: Project,
  directory: string,
  python?: Promise<Interpreter>,
): Promise<Packaged> {
  const work = async ({ install, inputs, interpreter }: Prepared): Promise<Packaged> => {
    const artefact = await withSoundCache(
      async () => ({ dependencies: await install() }),
      ({ dependencies }) => buildPackage({ ...inputs, dependencies }, directory),
      [directory],
    )
    return { artefact, interpreter }
  }
  return inPhase(session, project, work, python)
}

/** The same without putting the dependencies into the folder, some ten thousand files: the index knows them from the cache. */
export async function packageAroundDependencies(
  session: Session,
  project: Project,
  directory: string,
): Promise<PackagedAround> {
  return inPhase(session, project, async ({ install, inputs }) => {
    const dependencies = await install()
    return { dependencies, artefact: await buildAroundDependencies({ ...inputs, dependencies }, directory) }
  })
}

interface Prepared {
  readonly inputs: Omit<BuildInputs, 'dependencies'>
  readonly interpreter: Interpreter
  readonly install: () => Promise<InstalledSet>
}

async function inPhase<T>(
  session: Session,
  project: Project,
  work: (prepared: Prepared) => Promise<T>,
  python?: Promise<Interpreter>,
): Promise<T> {
  const { folders, env, signal } = session
  const committed = await readCommittedLock(project)
  // Asked at once, because a process takes long to start; what it answers is looked at within the phase.
  const pythons = choosePythons(env, project.python ?? committed?.lock?.target.python, signal, python)
  pythons.catch(() => undefined)
  const files = await listCodeFiles(project)
  for (const warning of [...project.warnings, ...(await inspectCode(project, files))]) session.warn(warning)
  const title = `package ${project.name}: encrypt its code, collect its dependencies`
  return session.phase('package', title, async (update) => {
    const [{ target, interpreter, matching }, owner, key] = await Promise.all([
      pythons,
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
    if (matching === undefined && committed === undefined) session.warn(withoutByteCode(target.python))
    return work({ install, inputs: { project, files, owner, codeKey: key }, interpreter: matching ?? interpreter })
  })
}

function withoutByteCode(python: string): string {
  return `Python ${python} is not on this machine: the dependencies go without byte code, and the application starts more slowly`
}
