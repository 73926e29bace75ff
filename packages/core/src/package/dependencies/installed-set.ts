import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'

import { removeFolder } from './cache.ts'

export interface InstalledFile {
  /** Relative to the tree, `/`-separated. */
  readonly path: string
  readonly size: number
  readonly mode: '0644' | '0755'
  /** In hex. */
  readonly sha256: string
}

/** A lock, installed. */
export interface InstalledSet {
  /** The tree, in the cache. */
  readonly directory: string
  /** The text of requirements.lock. */
  readonly lock: string
  /** Every file of the tree, sorted by the bytes of `path`. */
  readonly files: readonly InstalledFile[]
}

const Manifest = v.array(
  v.object({ path: v.string(), size: v.number(), mode: v.picklist(['0644', '0755']), sha256: v.string() }),
)

export const treeName = 'site-packages'
export const manifestName = 'files.json'

/** The set that lies in a folder of the cache, if it is there and its manifest can be read. */
export function readSet(folder: string, lock: string): InstalledSet | undefined {
  const directory = join(folder, treeName)
  try {
    const files = v.parse(Manifest, JSON.parse(readFileSync(join(folder, manifestName), 'utf8')))
    return existsSync(directory) ? { directory, lock, files } : undefined
  } catch {
    return undefined
  }
}

/** Deletes the set from the cache: the next installation makes it again from the same lock. */
export function discard(set: InstalledSet): void {
  const folder = dirname(set.directory)
  removeFolder(dirname(dirname(folder)), folder)
}
