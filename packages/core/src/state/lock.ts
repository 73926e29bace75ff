import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import { readJson, writeNewFile } from './files.ts'
import type { Folders } from './paths.ts'
import { isAlive, processName, type ProcessName } from './process.ts'

/**
 * Runs `work` while this process alone holds the lock at `path`. A lock whose holder is gone is taken over; one whose holder
 * lives is refused at once.
 *
 * @throws MseError `state/busy`
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await acquire(path)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** Whether a living process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const holder = await readJson<ProcessName>(path)
  return holder !== undefined && isAlive(holder)
}

/** Removes the locks of applications whose holders are gone. */
export async function sweepLocks(folders: Folders): Promise<void> {
  const parent = join(folders.state, 'apps')
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((one) => one.endsWith('.lock'))) {
    const path = join(parent, name)
    if (!(await isLocked(path))) await takeAway(path, await readJson<ProcessName>(path))
  }
}

async function acquire(path: string): Promise<void> {
  const me = processName(process.pid) as ProcessName
  for (;;) {
    if (await writeNewFile(path, JSON.stringify(me))) return
    const holder = await readJson<ProcessName>(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new MseError('state/busy', `another mse command (process ${holder.pid}) is working on this application`, {
        next: 'Wait for it, or end it.',
      })
    }
    await takeAway(path, holder)
  }
}

/** Of several that find a dead holder's lock, one moves it away; a lock that is somebody else's by then is put back. */
async function takeAway(path: string, dead: ProcessName | undefined): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = await readJson<ProcessName>(aside)
  if (moved !== undefined && moved.pid !== dead?.pid && isAlive(moved)) await writeNewFile(path, JSON.stringify(moved))
  await rm(aside, { force: true })
}
