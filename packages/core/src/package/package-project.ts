import { join } from 'node:path'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import { inspectCode } from '../project/inspect-code.ts'
import { listCodeFiles } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import type { Artefact } from './artefact.ts'
import { buildPackage } from './build.ts'
import { installDependencies } from './dependencies/dependencies.ts'
import { findPython, type Interpreter } from './interpreter.ts'
import { launcherRequirements } from './launcher-files.ts'

/** Turns a project into a package in a new folder: resolves and installs what it needs, encrypts its code, signs. */
export async function packageProject(
  session: Session,
  project: Project,
  directory: string,
): Promise<{ artefact: Artefact; interpreter: Interpreter }> {
  const { folders, env, signal } = session
  const files = await listCodeFiles(project)
  for (const warning of [...project.warnings, ...(await inspectCode(project, files))]) session.warn(warning)
  return session.phase(
    'package',
    `package ${project.name}: encrypt its code, collect its dependencies`,
    async (update) => {
      const [interpreter, owner, key] = await Promise.all([
        findPython(env, signal),
        ownerKeys(folders.config),
        codeKey(folders.config, project.name),
      ])
      const dependencies = await installDependencies({
        requirements: files.find((file) => file.path === 'requirements.txt')?.absolute,
        launcherRequirements,
        interpreter,
        cacheDirectory: join(folders.cache, 'dependencies'),
        signal,
        env,
        onProgress: ({ step, detail }) => update(detail === undefined ? step : `${step} ${detail}`),
      })
      const artefact = await buildPackage({ project, files, dependencies, interpreter, owner, codeKey: key }, directory)
      return { artefact, interpreter }
    },
  )
}
