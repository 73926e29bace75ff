import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Files in a folder that somebody began to write and has not given their name (files.ts, app.ts). */
export async function unfinishedFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /\.tmp$|^current\.new$/.test(name)).map((name) => join(folder, name))
}

/** Milliseconds after which nobody is still writing a small file. */
const givenUp = 60_000

/** Removes unfinished files that are too old for anybody to be writing them: keys may stand in them. */
export async function removeOldUnfinished(folder: string, now: Date): Promise<void> {
  for (const path of await unfinishedFiles(folder)) {
    const written = await stat(path).catch(() => undefined)
    if (written !== undefined && now.getTime() - written.mtimeMs > givenUp) await rm(path, { force: true })
  }
}
