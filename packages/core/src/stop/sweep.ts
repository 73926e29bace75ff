import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { choosePlatform } from '../platform/platforms.ts'
import { appFolders, readApp } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath, type Folders } from '../state/paths.ts'
import { isAlive } from '../state/process.ts'
import { sweepStaging } from '../state/staging.ts'

/**
 * What every command does first: ends and removes applications whose `deploy` died half-way, and what dead processes were
 * making. Applications that run, wait for their owner or have failed stay as they are.
 */
export async function sweep(folders: Folders): Promise<void> {
  await sweepStaging(folders)
  for (const folder of await appFolders(folders)) {
    if (!(await isAbandoned(folder))) continue
    await withLock(lockPath(folder), () => removeAbandoned(folder, folders)).catch((error: unknown) => {
      if (!(error instanceof MseError && error.code === 'state/busy')) throw error
    })
  }
}

/** A record that is there and cannot be read says nothing of that: what may run is not removed. */
async function isAbandoned(folder: string): Promise<boolean> {
  const app = await readApp(folder)
  if (app === undefined) return !existsSync(join(folder, 'app.json'))
  return app.deployer !== null && !isAlive(app.deployer)
}

/** Asked again under the lock: another command may have put a new application there. */
async function removeAbandoned(folder: string, folders: Folders): Promise<void> {
  if (!(await isAbandoned(folder))) return
  const app = await readApp(folder)
  await choosePlatform(app?.platform ?? 'software', folders)
    .attach(folder)
    .stop()
  await rm(folder, { recursive: true, force: true })
}
