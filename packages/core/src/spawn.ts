import { join } from 'node:path'
import { whatIsThere } from './launch/before.ts'
import { launchApp, requireStartable } from './launch/launch-app.ts'
import type { LaunchOptions } from './launch/launch-options.ts'
import { orRemoved, settle, type Before } from './launch/launched.ts'
import { findPlace } from './launch/place.ts'
import { findPython } from './package/interpreter.ts'
import { packageProject, type Packaged } from './package/package-project.ts'
import { receivePackage, type ReceivedPackage } from './package/receive-package.ts'
import { choosePlatform, type PlatformChoice } from './platform/platforms.ts'
import type { Platform } from './platform/platform.ts'
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

/** Starts an enclave that waits for its owner, in the place of what ran under the name. */
export async function spawn(session: Session, source: Source, options: SpawnOptions): Promise<AppOnDisk> {
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  return withStaging(session.folders, async (staging) => {
    const { name, pack } = await supply(session, source, join(staging, 'package'))
    const home = appFolder(session.folders, name)
    return withLock(lockPath(home), async () => {
      const packed = await pack()
      const before = await whatIsThere(session.folders, home)
      await makeRoom(session, packed, platform, options, before)
      const launched = await launchApp(session, home, packed, platform, options, before)
      const app = await orRemoved(launched, () => settle(launched))
      return { folder: launched.folder, app }
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

/** An enclave that waits cannot serve beside another: what runs is stopped, once all that can be known to fail was asked. */
async function makeRoom(
  session: Session,
  { artefact, interpreter }: Packaged,
  platform: Platform,
  options: LaunchOptions,
  before: Before | undefined,
): Promise<void> {
  requireStartable(session, artefact, interpreter, options)
  await platform.admit(artefact)
  await findPlace(before, artefact, options)
  await before?.running.stop()
}
