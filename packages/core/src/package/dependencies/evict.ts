import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { removeFolder } from './cache.ts'
import { readManifest, type InstalledSet } from './installed-set.ts'

/** Bytes of installed sets that the cache keeps. A package shares its files with the cache, and keeps them when the set goes. */
const mostBytes = 4e9
/** Days that an installed set stays unused. */
const mostDays = 90

/** Notes that a set was used, so that another one is evicted before it. */
export function markUsed(set: InstalledSet): void {
  const now = new Date()
  try {
    utimesSync(dirname(set.directory), now, now)
  } catch {
    // A cache that is shared read-only: whoever may write to it also cleans it.
  }
}

/**
 * Removes sets that were not used for long, and as many of the others, the longest unused first, as do not fit; never the one
 * that was just made. Locks stay: they are small, and without one the next resolution might choose other versions.
 */
export function evict(cache: string, justMade: string, limits: Limits = { bytes: mostBytes, days: mostDays }): void {
  const folder = join(cache, 'sets')
  if (!existsSync(folder)) return
  const now = statSync(justMade).mtimeMs
  const sets = readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => ({ path, used: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0, bytes: bytesOf(path) }))
    .toSorted((a, b) => Number(b.path === justMade) - Number(a.path === justMade) || b.used - a.used)
  let total = 0
  for (const { path, used, bytes } of sets) {
    total += bytes
    const tooMuch = total > limits.bytes || now - used > limits.days * 86_400_000
    if (path !== justMade && tooMuch) removeFolder(cache, path)
  }
}

export interface Limits {
  readonly bytes: number
  readonly days: number
}

function bytesOf(set: string): number {
  return readManifest(set)?.files.reduce((sum, { size }) => sum + size, 0) ?? 0
}
