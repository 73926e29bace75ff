import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folders } from './paths.ts'
import { isAlive, processName, type ProcessName } from './process.ts'

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
  const { pid, started } = processName(process.pid) as ProcessName
  const folder = join(folders.state, 'staging', `${pid}-${started}-${randomBytes(4).toString('hex')}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Removes what processes that are gone were making. */
export async function sweepStaging(folders: Folders): Promise<void> {
  const parent = join(folders.state, 'staging')
  const names = await readdir(parent).catch(() => [])
  for (const name of names) {
    const [pid, started] = name.split('-')
    if (isAlive({ pid: Number(pid), started: started ?? '' })) continue
    await rm(join(parent, name), { recursive: true, force: true })
  }
}
