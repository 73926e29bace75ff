import { join } from 'node:path'
import { whatIsThere } from './launch/before.ts'
import { launchApp } from './launch/launch-app.ts'
import type { LaunchOptions } from './launch/launch-options.ts'
import { orRemoved, settle, type Before } from './launch/launched.ts'
import { makeReady, type Ready } from './launch/make-ready.ts'
import { makeRoom } from './launch/make-room.ts'
import { prepareEarly } from './launch/prepare-launch.ts'
import { findPython } from './package/interpreter.ts'
import { packageProject } from './package/package-project.ts'
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

/**
 * Starts an enclave that waits for its owner, in the place of what ran under the name. Nobody waits for the launcher of an unattended
 * one: it is let go as soon as its supervisor has all that it needs.
 */
export async function spawn(session: Session, source: Source, options: SpawnOptions): Promise<AppOnDisk> {
  const platform = choosePlatform(options.platform, session.folders)
  const ofProject = 'project' in source ? projectSupply(session, source.project, platform, options) : undefined
  await platform.requireReady()
  return withStaging(session.folders, async (staging) => {
    const { name, make } = ofProject ?? (await packageSupply(session, source as { package: ReceivedPackage }, staging))
    const home = appFolder(session.folders, name)
    return withLock(lockPath(home), async () => {
      const before = await whatIsThere(session.folders, home)
      const { packed, prepared } = await make(home, staging, before)
      if (before !== undefined) await makeRoom(session, packed, platform, options, before)
      const launched = await launchApp(session, home, packed, platform, options, before, prepared)
      const app = await orRemoved(launched, () => settle(launched))
      return { folder: launched.folder, app }
    })
  })
}

interface Supply {
  readonly name: string
  readonly make: (home: string, staging: string, before: Before | undefined) => Promise<Ready>
}

/** Where nothing is under the name yet, the supervisor is started beside the making of the package, as for a deployment. */
function projectSupply(session: Session, project: Project, platform: Platform, options: LaunchOptions): Supply {
  const python = findPython(session.env, session.signal)
  python.catch(() => undefined) // makeReady says why
  return {
    name: project.name,
    make: (home, staging, before) =>
      makeReady(session, python, {
        pack: (answer, folder) => packageProject(session, project, join(staging, folder), answer),
        prepare: async (answer) =>
          before === undefined ? prepareEarly(session, home, project, platform, options, answer) : undefined,
      }),
  }
}

/** A package that was handed over says its name itself, once it was checked. */
async function packageSupply(
  session: Session,
  { package: given }: { readonly package: ReceivedPackage },
  staging: string,
): Promise<Supply> {
  const artefact = await receivePackage(session, given, join(staging, 'package'))
  const interpreter = findPython(session.env, session.signal, artefact.index.python)
  interpreter.catch(() => undefined) // asked while the lock is taken
  return {
    name: artefact.index.configuration.name,
    make: async () => ({
      packed: { artefact, interpreter: await interpreter },
      prepared: Promise.resolve(undefined),
    }),
  }
}
