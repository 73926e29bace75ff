import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { recordOf } from './file-state.ts'

export interface EvictionLimits {
  /** Bytes of blobs that are kept. */
  readonly bytes: number
  /** Milliseconds for which a blob, or what a killed process was writing, stays unused. */
  readonly age: number
}

const ordinaryLimits: EvictionLimits = { bytes: 4e9, age: 90 * 86_400_000 }

/** Milliseconds after which a file that never got its name is given up. */
const givenUp = 86_400_000

/**
 * Removes blobs that were not used for long, and as many others, the longest unused first, as do not fit; never `justKept`. Whoever
 * was lent one keeps it.
 */
export async function evictBlobs(
  directory: string,
  justKept: string,
  limits: EvictionLimits = ordinaryLimits,
): Promise<void> {
  const names = await readdir(directory)
  const now = await usedAt(recordOf(justKept))
  for (const name of names.filter((one) => one.endsWith('.tmp'))) {
    const path = join(directory, name)
    if (now - (await usedAt(path)) > givenUp) await rm(path, { force: true })
  }
  const all = await blobsIn(directory)
  let total = 0
  const order = (path: string): number => (path === justKept ? 1 : 0)
  for (const { path, size, used } of all.toSorted((a, b) => order(b.path) - order(a.path) || b.used - a.used)) {
    total += size
    if (path === justKept || (total <= limits.bytes && now - used <= limits.age)) continue
    await rm(path, { force: true })
    await rm(recordOf(path), { force: true })
  }
}

/** The blob of a store that was lent or kept last. */
export async function lastUsed(directory: string): Promise<string | undefined> {
  return (await blobsIn(directory)).toSorted((a, b) => b.used - a.used)[0]?.path
}

async function blobsIn(directory: string): Promise<{ path: string; size: number; used: number }[]> {
  const names = (await readdir(directory)).filter((name) => /^sha256-[0-9a-f]{64}$/.test(name))
  const paths = names.map((name) => join(directory, name))
  return Promise.all(
    paths.map(async (path) => ({ path, size: await sizeOf(path), used: await usedAt(recordOf(path)) })),
  )
}

/** When a blob was last lent or kept: its record is written each time. One without a record is the first to go. */
async function usedAt(path: string): Promise<number> {
  return lstat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
