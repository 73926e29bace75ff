import { join } from 'node:path'
import { launchApp, type LaunchOptions } from './launch/launch-app.ts'
import { orRemoved, settle } from './launch/launched.ts'
import { findPython } from './package/interpreter.ts'
import { packageProject, type Packaged } from './package/package-project.ts'
import { receivePackage, type ReceivedPackage } from './package/receive-package.ts'
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

/** What is started: a project of the owner's, or a package that the owner has handed over. */
export type Source = { readonly project: Project } | { readonly package: ReceivedPackage }

/** Starts an enclave that waits for its owner. */
export async function spawn(session: Session, source: Source, options: SpawnOptions): Promise<AppOnDisk> {
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  return withStaging(session.folders, async (staging) => {
    const { name, pack } = await supply(session, source, join(staging, 'package'))
    const folder = appFolder(session.folders, name)
    return withLock(lockPath(folder), async () => {
      const launched = await launchApp(session, folder, await pack(), platform, options)
      const app = await orRemoved(launched, () => settle(launched))
      return { folder, app }
    })
  })
}

interface Supply {
  readonly name: string
  readonly pack: () => Promise<Packaged>
}

/** A package that was handed over says its name itself, once it was checked. */
async function supply(session: Session, source: Source, directory: string): Promise<Supply> {
  if ('project' in source) {
    const { project } = source
    return { name: project.name, pack: () => packageProject(session, project, directory) }
  }
  const artefact = await receivePackage(session, source.package, directory)
  return {
    name: artefact.index.configuration.name,
    pack: async () => ({ artefact, interpreter: await findPython(session.env, session.signal, artefact.index.python) }),
  }
}
