import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { MseError } from '../error.ts'
import { choosePlatform } from '../platform/platforms.ts'
import { appFolders, currentLaunch, hasCurrent, otherLaunches, readApp, type AppOnDisk } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath, type Folders } from '../state/paths.ts'
import { sweepStaging } from '../state/staging.ts'
import { removeOldUnfinished, unfinishedFiles } from '../state/unfinished.ts'

/**
 * What every command does first: ends and removes launches that did not become the application, because their command died or
 * because the one that replaced them was killed before it removed them; deletes what expired applications have stored, and what
 * dead processes were making. Applications that run, wait for their owner or have failed stay as they are.
 */
export async function sweep(folders: Folders, now: Date): Promise<void> {
  await sweepStaging(folders, now)
  for (const folder of [folders.state, folders.config]) await removeOldUnfinished(folder, now)
  for (const home of await appFolders(folders)) {
    if (!(await needsSweeping(home, now))) continue
    await withLock(lockPath(home), () => sweepApp(home, folders, now)).catch((error: unknown) => {
      if (!(error instanceof MseError && error.code === 'state/busy')) throw error
    })
  }
}

async function needsSweeping(home: string, now: Date): Promise<boolean> {
  if ((await otherLaunches(home)).length > 0 || !(await hasCurrent(home))) return true
  const launch = await currentLaunch(home)
  return isOver(launch, now) || (await unfinished(home, launch)).length > 0
}

/** Asked again under the lock: another command may have been at work. What is read twice is never still being made. */
async function sweepApp(home: string, folders: Folders, now: Date): Promise<void> {
  for (const folder of await otherLaunches(home)) await removeLaunch(folder, folders)
  if (!(await hasCurrent(home))) return rm(home, { recursive: true, force: true })
  const launch = await currentLaunch(home)
  if (launch === undefined) return undefined
  const running = choosePlatform(launch.app.platform, folders).attach(launch.folder)
  const alive = await running.isAlive()
  // A supervisor that lives may be writing its report, and sees to its own end.
  const left = (await unfinished(home, launch)).filter((path) => !alive || !basename(path).startsWith('report.json.'))
  for (const path of left) await rm(path, { force: true })
  if (!alive && isOver(launch, now) && (await running.isKept())) await running.stop()
}

/** Under the lock no command is writing them. */
async function unfinished(home: string, launch: AppOnDisk | undefined): Promise<string[]> {
  const places = launch === undefined ? [home] : [home, launch.folder]
  return (await Promise.all(places.map(unfinishedFiles))).flat()
}

/** Without a record nobody knows its platform; there is one that every machine has. */
async function removeLaunch(folder: string, folders: Folders): Promise<void> {
  const app = await readApp(folder)
  await choosePlatform(app?.platform ?? 'software', folders)
    .attach(folder)
    .stop()
  await rm(folder, { recursive: true, force: true })
}

function isOver(launch: AppOnDisk | undefined, now: Date): boolean {
  return launch !== undefined && launch.app.expires !== null && new Date(launch.app.expires) <= now
}
