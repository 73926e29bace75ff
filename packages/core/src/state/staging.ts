import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folders } from './paths.ts'
import { isAlive, processName, whereabouts, type ProcessName } from './process.ts'

/** Milliseconds after which the folder of a process that cannot be asked, because it is of another namespace, is given up. */
const givenUp = 24 * 3_600_000

/** Runs `work` with a folder for what is being made, and removes it afterwards. */
export async function withStaging<T>(folders: Folders, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await stagingFolder(folders)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Its name says whose it is, so that it goes when that process is gone. */
async function stagingFolder(folders: Folders): Promise<string> {
  const { pid, started, namespace, boot } = processName(process.pid) as ProcessName
  const owner = [pid, started, namespace, boot.replaceAll('-', '')].join('-')
  const folder = join(folders.state, 'staging', `${owner}-${randomBytes(4).toString('hex')}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Removes what processes that are gone were making. */
export async function sweepStaging(folders: Folders, now: Date): Promise<void> {
  const parent = join(folders.state, 'staging')
  const names = await readdir(parent).catch(() => [])
  for (const name of names) {
    const folder = join(parent, name)
    if (!(await mayLive(ownerOf(name), folder, now))) await rm(folder, { recursive: true, force: true })
  }
}

function ownerOf(name: string): ProcessName {
  const [pid, started = '', namespace = '', boot = ''] = name.split('-')
  const dashed = boot.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { pid: Number(pid), started, namespace, boot: dashed }
}

async function mayLive(owner: ProcessName, folder: string, now: Date): Promise<boolean> {
  if (whereabouts(owner) !== 'another-namespace') return isAlive(owner)
  const made = await stat(folder).catch(() => undefined)
  return made !== undefined && now.getTime() - made.mtimeMs < givenUp
}
