import { MseError } from '../../../error.ts'
import { fileState, isSameState, type FileState } from '../../../state/file-state.ts'
import type { HashCache } from '../../../state/hash-cache.ts'
import { hashFile } from './hash-file.ts'
import { hashInThreads, type SizedFile } from './hash-in-threads.ts'

/** SHA-256 of files in hex, in the order of their paths. */
export type HashFiles = (paths: readonly string[]) => Promise<readonly string[]>

/** With less to hash, starting threads takes longer than hashing. */
const WORTH_THREADS = 64 * 2 ** 20

/**
 * Hashes files, those that the cache knows excepted.
 *
 * @throws MseError `manifest/missing-file`, `manifest/unreadable`
 */
export async function hashFiles(paths: readonly string[], cache?: HashCache): Promise<string[]> {
  const states = paths.map(stateOf)
  const hashes = paths.map((path, at) => cache?.get(path, states[at] as FileState))
  const missing = [...paths.keys()].filter((at) => hashes[at] === undefined)
  const found = await hashAll(
    missing.map((at) => ({ path: paths[at] as string, size: Number((states[at] as FileState).size) })),
  )
  for (const [index, at] of missing.entries()) hashes[at] = found[index] as string
  if (cache !== undefined) {
    for (const at of missing) remember(cache, paths[at] as string, states[at] as FileState, hashes[at] as string)
    await cache.save()
  }
  return hashes as string[]
}

async function hashAll(files: readonly SizedFile[]): Promise<string[]> {
  try {
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    return bytes < WORTH_THREADS ? files.map(({ path }) => hashFile(path)) : await hashInThreads(files)
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** A file that changed while it was hashed is hashed again the next time. */
function remember(cache: HashCache, path: string, before: FileState, sha256: string): void {
  if (isSameState(stateOf(path), before)) cache.set(path, before, sha256)
}

function stateOf(path: string): FileState {
  try {
    return fileState(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(cause)
    throw new MseError('manifest/missing-file', `a trusted file is missing: ${path}`, { cause })
  }
}

function unreadable(cause: unknown): MseError {
  return new MseError('manifest/unreadable', `a trusted file cannot be read: ${(cause as Error).message}`, { cause })
}
