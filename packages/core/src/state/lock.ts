import { mkdir, readdir, rm } from 'node:fs/promises'
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
  const holder = await holderOf(path)
  return holder !== undefined && isAlive(holder)
}

/** Removes the locks of applications whose holders are gone. */
export async function sweepLocks(folders: Folders): Promise<void> {
  const me = processName(process.pid) as ProcessName
  const parent = join(folders.state, 'apps')
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((one) => one.endsWith('.lock'))) {
    const path = join(parent, name)
    if (!(await isLocked(path))) await takeAway(path, await holderOf(path), me)
  }
}

async function acquire(path: string): Promise<void> {
  const me = processName(process.pid) as ProcessName
  while (!(await writeNewFile(path, JSON.stringify(me)))) {
    const holder = await holderOf(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new MseError('state/busy', `another mse command (process ${holder.pid}) is working on this application`, {
        next: 'Wait for it, or end it.',
      })
    }
    await takeAway(path, holder, me)
  }
}

/**
 * Of several that find a dead holder's lock, the one that claims it takes it away. It looks again first: a slower one, whose
 * claim comes after that, finds another lock than the one it is about, and leaves it.
 */
async function takeAway(path: string, dead: ProcessName | undefined, me: ProcessName): Promise<void> {
  const claim = `${path}.${dead?.pid ?? 'unreadable'}`
  if (await writeNewFile(claim, JSON.stringify(me))) {
    const now = await holderOf(path)
    if (now?.pid === dead?.pid && now?.started === dead?.started) await rm(path, { force: true })
    await rm(claim, { force: true })
    return
  }
  const claimant = await holderOf(claim)
  if (claimant !== undefined && !isAlive(claimant)) await rm(claim, { force: true })
}

/** Who wrote a lock; undefined if there is none, or nothing that this program writes. */
async function holderOf(path: string): Promise<ProcessName | undefined> {
  const said = await readJson<Partial<ProcessName> | null>(path)
  if (!Number.isInteger(said?.pid) || typeof said?.started !== 'string') return undefined
  return { pid: said.pid as number, started: said.started }
}
