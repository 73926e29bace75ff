import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { MseError } from '../../error.ts'
import type { Environment, Interpreter } from '../interpreter.ts'
import { inTemporaryFolder, key, publishFolder, publishText, removeFolder } from './cache.ts'
import { installLock } from './install-lock.ts'
import { readSet, type InstalledSet } from './installed-set.ts'
import { isLock, writeLock } from './lock.ts'
import { findPip } from './pip.ts'
import type { OnProgress } from './progress.ts'
import { meaning, readRequirements } from './requirements.ts'
import { resolveRequirements } from './resolve.ts'
import { pipEnvironment, sourceSettings } from './settings.ts'
import type { Workshop } from './workshop.ts'

export interface InstallOptions {
  /** The application's requirements.txt, if it has one. */
  readonly requirements: string | undefined
  readonly launcherRequirements: string
  readonly interpreter: Interpreter
  readonly cacheDirectory: string
  readonly env: Environment
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** Part of every key: a change to what is made from the same input gets another number. */
const edition = '1'

/**
 * The dependencies of application and launcher, installed. The first time they are resolved, locked and installed; from
 * then on the same requirements give the same lock and the same files, without pip and without the network.
 */
export async function installDependencies(options: InstallOptions): Promise<InstalledSet> {
  const { interpreter, env } = options
  const cache = resolve(options.cacheDirectory)
  const read = readRequirements(options.requirements, options.launcherRequirements, env)
  const target = [edition, interpreter.minor, interpreter.abi, interpreter.platform, interpreter.libc]
  const lockPath = join(cache, 'locks', key(...target, meaning(read, env), sourceSettings(env, interpreter)))
  // Byte code can differ between 3.11.2 and 3.11.7; the choice of wheels is kept.
  const folderOf = (lock: string): string => join(cache, 'sets', key(...target, interpreter.version, lock))

  const known = readLock(lockPath, interpreter)
  const ready = known && readSet(folderOf(known), known)
  if (ready) return ready

  const resolveLock = async (workshop: Workshop): Promise<string> => {
    const lock = writeLock(await resolveRequirements(read, workshop), interpreter)
    return publishText(lock, lockPath, join(workshop.folder, 'requirements.lock'))
  }

  return inTemporaryFolder(cache, async (folder) => {
    const pip = await findPip(interpreter, cache, env, options.signal)
    const workshop: Workshop = {
      pip,
      folder,
      env: pipEnvironment(env, folder),
      signal: options.signal,
      onProgress: options.onProgress,
    }
    const lock = known ?? (await resolveLock(workshop))
    const name = folderOf(lock)
    const existing = readSet(name, lock)
    if (existing) return existing
    const made = await installLock(lock, interpreter, read, workshop).catch((error: unknown) => {
      throw lock === known ? withdrawn(error, lockPath) : error
    })
    if (!publishFolder(made, name) && !readSet(name, lock)) {
      removeFolder(cache, name) // no manifest, or none that can be read
      publishFolder(made, name)
    }
    const set = readSet(name, lock)
    if (set) return set
    throw new MseError('dependencies/cache-damaged', 'what was just installed is not in the cache any more', {
      next: 'try again, and let nothing else clean the cache meanwhile',
    })
  })
}

/** What was locked once may have been taken back since; nothing else is chosen in its place without being asked. */
function withdrawn(error: unknown, lockPath: string): unknown {
  if (!(error instanceof MseError && error.code === 'dependencies/not-found')) return error
  return new MseError(error.code, `${error.message} any more`, {
    next: `to choose again: rm ${lockPath}`,
    cause: error,
  })
}

/** The lock of an earlier resolution. A damaged one is deleted: it would stand in the way of the next. */
function readLock(path: string, interpreter: Interpreter): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  if (isLock(text, interpreter)) return text
  rmSync(path, { force: true })
  return undefined
}
