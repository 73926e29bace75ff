import { rm } from 'node:fs/promises'
import { choosePlatform } from '../platform/platforms.ts'
import { appFolders, readApp } from '../state/app.ts'
import { isLocked, sweepLocks } from '../state/lock.ts'
import { lockPath, type Folders } from '../state/paths.ts'
import { isAlive } from '../state/process.ts'
import { sweepStaging } from '../state/staging.ts'

/**
 * What every command does first: ends and removes applications whose `deploy` died half-way, and what dead processes were
 * making. Applications that run, wait for their owner or have failed stay as they are.
 */
export async function sweep(folders: Folders): Promise<void> {
  await sweepStaging(folders)
  await sweepLocks(folders)
  for (const folder of await appFolders(folders)) {
    if (await isLocked(lockPath(folder))) continue
    const app = await readApp(folder)
    if (app?.deployer === null || (app?.deployer !== undefined && isAlive(app.deployer))) continue
    await choosePlatform(app?.platform ?? 'software', folders)
      .attach(folder)
      .stop()
    await rm(folder, { recursive: true, force: true })
  }
}
