import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { launchApp, type LaunchOptions } from './launch/launch-app.ts'
import { orRemoved, settle } from './launch/launched.ts'
import { findPython } from './package/interpreter.ts'
import { openPackage } from './package/open.ts'
import { packageProject, type Packaged } from './package/package-project.ts'
import { choosePlatform, type PlatformChoice } from './platform/platforms.ts'
import type { Project } from './project/project.ts'
import type { Session } from './session.ts'
import { withLock } from './state/lock.ts'
import { appFolder, lockPath } from './state/paths.ts'
import { withStaging } from './state/staging.ts'
import type { AppOnDisk } from './state/app.ts'

export interface SpawnOptions extends LaunchOptions {
  readonly platform: PlatformChoice
}

/** Starts an enclave that waits for its owner: from a project, or from a package that the owner has handed over. */
export async function spawn(
  session: Session,
  source: { readonly project: Project } | { readonly package: string },
  options: SpawnOptions,
): Promise<AppOnDisk> {
  const name = 'project' in source ? source.project.name : (await openPackage(source.package)).index.configuration.name
  const folder = appFolder(session.folders, name)
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  return withLock(lockPath(folder), () =>
    withStaging(session.folders, async (staging) => {
      const directory = join(staging, 'package')
      const packed =
        'project' in source
          ? await packageProject(session, source.project, directory)
          : await copyPackage(session, source.package, directory)
      const launched = await launchApp(session, folder, packed, platform, options)
      const app = await orRemoved(launched, () => settle(launched))
      return { folder, app }
    }),
  )
}

async function copyPackage(session: Session, from: string, to: string): Promise<Packaged> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  const artefact = await openPackage(to)
  return { artefact, interpreter: await findPython(session.env, session.signal, artefact.index.python) }
}
