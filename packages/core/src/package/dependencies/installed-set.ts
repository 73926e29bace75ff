import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'

import { removeFolder } from './cache.ts'
import type { LockFile } from './lock.ts'

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
  readonly lock: LockFile
  /** Every file of the tree, sorted by the bytes of `path`. */
  readonly files: readonly InstalledFile[]
  /** What each wheel says of its licence, by the normalised name of its package. */
  readonly licences: Readonly<Record<string, Licence>>
}

/** An SPDX expression, or a licence by whatever name. */
export type Licence = { readonly expression: string } | { readonly name: string }

export interface Manifest {
  readonly files: readonly InstalledFile[]
  readonly licences: Readonly<Record<string, Licence>>
}

const manifest: v.GenericSchema<unknown, Manifest> = v.object({
  // Ten thousand of them, at every packaging: a schema of each takes ten times as long.
  files: v.custom<InstalledFile[]>((given) => Array.isArray(given) && given.every(isFile)),
  licences: v.record(v.string(), v.union([v.object({ expression: v.string() }), v.object({ name: v.string() })])),
})

function isFile(given: unknown): given is InstalledFile {
  if (typeof given !== 'object' || given === null) return false
  const { path, size, mode, sha256 } = given as Partial<InstalledFile>
  return (
    typeof path === 'string' &&
    typeof size === 'number' &&
    (mode === '0644' || mode === '0755') &&
    typeof sha256 === 'string'
  )
}

export const treeName = 'site-packages'
export const manifestName = 'files.json'

/** The set that lies in a folder of the cache, if it is there and its manifest can be read. */
export function readSet(folder: string, lock: LockFile): InstalledSet | undefined {
  const directory = join(folder, treeName)
  const read = readManifest(folder)
  return read !== undefined && existsSync(directory) ? { directory, lock, ...read } : undefined
}

export function readManifest(folder: string): Manifest | undefined {
  try {
    return v.parse(manifest, JSON.parse(readFileSync(join(folder, manifestName), 'utf8')))
  } catch {
    return undefined
  }
}

/** Deletes the set from the cache: the next installation makes it again from the same lock. */
export function discard(set: InstalledSet): void {
  const folder = dirname(set.directory)
  removeFolder(dirname(dirname(folder)), folder)
}
