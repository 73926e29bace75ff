import type { CollateralCache } from '@mse/attest'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../state/files.ts'

/** Entries; about 5 MB. A fleet has a handful. */
const mostEntries = 256

/** Bytes of an entry that are read at most; real ones have 20 000. */
const largestEntry = 8 << 20

/** Milliseconds after which a file that was never finished belongs to nobody. */
const abandonedAfter = 3_600_000

/**
 * Keeps collateral below a folder, one file for each need (spec/6-state.md). It may be damaged, deleted or read-only: then the
 * source is asked, and `warn` is told what cannot be kept.
 */
export function openDiskCache(folder: string, { now, warn }: DiskCacheSurroundings): CollateralCache {
  return {
    async get(key) {
      return readEntry(entryPath(folder, key))
    },
    async put(key, text) {
      const path = entryPath(folder, key)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await replaceFile(path, text)
        await removeSurplus(folder, now())
      } catch (error) {
        warn(`collateral cannot be kept in ${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
      }
    },
  }
}

export interface DiskCacheSurroundings {
  readonly now: () => Date
  readonly warn: (text: string) => void
}

/** Names come from quotes that nobody has judged. */
function entryPath(folder: string, key: string): string {
  if (!/^[a-z0-9-]{1,80}$/.test(key)) throw new TypeError(`not the name of an entry: ${key}`)
  return join(folder, `${key}.json`)
}

async function readEntry(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    return size > largestEntry ? undefined : await readFile(path, 'utf8')
  } catch {
    // Whatever is in the way: the source will be asked, and putting its answer here tells if there is something to mend.
    return undefined
  }
}

/** The entries that were written longest ago go first, and with them what killed processes left. */
async function removeSurplus(folder: string, now: Date): Promise<void> {
  const names = await readdir(folder)
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return { path, written: (await stat(path).catch(() => undefined))?.mtimeMs ?? now.getTime() }
    }),
  )
  const entries = files.filter(({ path }) => path.endsWith('.json')).sort((a, b) => b.written - a.written)
  const left = files.filter(({ path, written }) => path.endsWith('.tmp') && now.getTime() - written > abandonedAfter)
  for (const { path } of [...entries.slice(mostEntries), ...left]) await rm(path, { force: true })
}
