import { join } from 'node:path'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import type { Artefact } from './artefact.ts'
import { buildPackage } from './build.ts'
import { installDependencies } from './dependencies/dependencies.ts'
import { findPython, type Interpreter } from './interpreter.ts'
import { launcherRequirements } from './launcher-files.ts'
import { codeRequirements } from './code-requirements.ts'

/** Bytes of encrypted storage that an application gets, unless told otherwise: 10 GB. */
export const defaultStorage: number = 10 * 1000 ** 3

/** Turns a project into a package in a new folder: resolves and installs what it needs, encrypts its code, signs. */
export async function packageProject(
  session: Session,
  project: Project,
  directory: string,
  storage: number = defaultStorage,
): Promise<{ artefact: Artefact; interpreter: Interpreter }> {
  const { folders, env, signal } = session
  return session.phase('package', `package ${project.name}: encrypt its code, collect its dependencies`, async (update) => {
    const [interpreter, owner, key] = await Promise.all([
      findPython(env, signal),
      ownerKeys(folders.config),
      codeKey(folders.config, project.name),
    ])
    const dependencies = await installDependencies({
      requirements: await codeRequirements(project),
      launcherRequirements,
      interpreter,
      cacheDirectory: join(folders.cache, 'dependencies'),
      signal,
      env,
      onProgress: ({ step, detail }) => update(detail === undefined ? step : `${step} ${detail}`),
    })
    const artefact = await buildPackage({ project, dependencies, interpreter, owner, codeKey: key, storage }, directory)
    return { artefact, interpreter }
  })
}
