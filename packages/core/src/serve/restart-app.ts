import { join } from 'node:path'
import { MseError } from '../error.ts'
import { packagePolicy } from '../package/package-policy.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session.ts'
import { findApp, homeOf, type AppOnDisk } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath } from '../state/paths.ts'
import { startAgain, type StartAgainOptions, type StartedAgain } from './start-again.ts'

export interface Restarted extends StartedAgain, AppOnDisk {}

/**
 * Ends an application, if it runs, and starts it again with what it stored, at the same place and as the same enclave: with
 * `restart = "sealed"` it has the identical certificate and needs nobody.
 *
 * @throws MseError `state/nothing-kept`, `state/expired`; as a launch
 */
export async function restartApp(session: Session, name: string, options: StartAgainOptions): Promise<Restarted> {
  const found = await findApp(session.folders, name)
  return withLock(lockPath(homeOf(found.folder)), async () => {
    const onDisk = await findApp(session.folders, name)
    const platform = choosePlatform(onDisk.app.platform, session.folders)
    await platform.requireReady()
    await requireKept(session, onDisk, platform)
    const policy = await packagePolicy(join(onDisk.folder, 'package'), platform)
    return { ...onDisk, ...(await startAgain(session, onDisk, platform, policy, options)) }
  })
}

async function requireKept(session: Session, { app, folder }: AppOnDisk, platform: Platform): Promise<void> {
  if (app.expires !== null && new Date(app.expires) <= session.now()) {
    throw new MseError('state/expired', `${app.name} has expired`, { found: app.expires, next: 'mse deploy' })
  }
  if (await platform.attach(folder).isKept()) return
  throw new MseError('state/nothing-kept', `nothing is left of ${app.name} that could be started again`, {
    next: 'mse deploy; what was stored went when it was stopped',
  })
}
