import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { choosePlatform } from '../platform/platforms.ts'
import { currentLaunch, hasCurrent, otherLaunches, readApp } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath, type Folders } from '../state/paths.ts'
import { isOver, unfinished } from './needs-sweeping.ts'

/** Ends and removes what is left over of one application. @throws MseError `state/busy` if a command is at work on it */
export async function sweepApp(home: string, folders: Folders, now: Date): Promise<void> {
  return withLock(lockPath(home), () => sweepLocked(home, folders, now))
}

/** Asked again under the lock: another command may have been at work. What is read twice is never still being made. */
async function sweepLocked(home: string, folders: Folders, now: Date): Promise<void> {
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

/** Without a record nobody knows its platform; there is one that every machine has. */
async function removeLaunch(folder: string, folders: Folders): Promise<void> {
  const app = await readApp(folder)
  await choosePlatform(app?.platform ?? 'software', folders)
    .attach(folder)
    .stop()
  await rm(folder, { recursive: true, force: true })
}
