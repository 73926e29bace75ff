import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { MseError } from '../../error.ts'
import type { Environment, Interpreter } from '../interpreter.ts'
import { inTemporaryFolder, key, publishFolder, publishText, removeFolder } from './cache.ts'
import { evict, markUsed } from './evict.ts'
import { installLock } from './install-lock.ts'
import { readSet, type InstalledSet } from './installed-set.ts'
import { obeyLock, readLock, writeLock, type LockFile } from './lock.ts'
import { makeLock } from './make-lock.ts'
import { findPip } from './pip.ts'
import type { OnProgress } from './progress.ts'
import { meaning, namedSources, readRequirements, type Requirements } from './requirements.ts'
import { pipEnvironment, sourceSettings } from './settings.ts'
import type { Target } from './target.ts'
import type { Workshop } from './workshop.ts'

export interface DependencyInputs {
  /** The application's requirements.txt, if it has one. */
  readonly requirements: string | undefined
  readonly launcherRequirements: string
  readonly target: Target
  /** Runs pip; any version. */
  readonly interpreter: Interpreter
  /** Compiles: of the target's minor version; undefined: there is none, or byte code is not wanted. */
  readonly compiler: Interpreter | undefined
  readonly cacheDirectory: string
  readonly env: Environment
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface InstallOptions extends DependencyInputs {
  /** The text of the lock that the project has committed; undefined: it has none. */
  readonly committed: string | undefined
}

/** Part of every key: a change to what is made from the same input gets another number. */
const edition = '2'

/**
 * The dependencies of application and launcher, installed. A committed lock is obeyed. Without one they are resolved and locked
 * the first time; from then on the same requirements give the same lock and the same files, without pip and without the network.
 */
export async function installDependencies(options: InstallOptions): Promise<InstalledSet> {
  const { env, committed, target } = options
  const byteCode = options.compiler?.version ?? null
  const cache = resolve(options.cacheDirectory)
  const read = readRequirements(options.requirements, options.launcherRequirements, env)
  const lockPath = pathOfLock(cache, read, options)
  const known =
    committed === undefined ? readKept(lockPath, byteCode) : obeyLock(committed, meaning(read), target.python)
  const ready = known && readSet(folderOf(cache, known), known)
  if (ready) {
    markUsed(ready)
    return ready
  }
  return inWorkshop(options, async (workshop) => {
    const resolveAndKeep = async (): Promise<LockFile> => {
      const text = await makeLock(read, { target, byteCode, keep: [] }, workshop)
      publishText(text, lockPath, join(workshop.folder, 'requirements.lock'))
      return readKept(lockPath, byteCode) as LockFile
    }
    const lock = known ?? (await resolveAndKeep())
    return install(cache, lock, read, options, workshop).catch((error: unknown) => {
      throw lock === known ? withdrawn(error, committed === undefined ? `rm ${lockPath}` : 'mse lock') : error
    })
  })
}

/** Work with pip, in a folder of the cache that is removed afterwards. */
export function inWorkshop<T>(options: DependencyInputs, work: (workshop: Workshop) => Promise<T>): Promise<T> {
  const { interpreter, target, env, signal, onProgress } = options
  const cache = resolve(options.cacheDirectory)
  return inTemporaryFolder(cache, async (folder) => {
    const pip = await findPip(interpreter, target, cache, env, signal)
    return work({ pip, folder, env: pipEnvironment(env, folder, target), signal, onProgress })
  })
}

async function install(
  cache: string,
  lock: LockFile,
  read: Requirements,
  { compiler }: DependencyInputs,
  workshop: Workshop,
): Promise<InstalledSet> {
  const name = folderOf(cache, lock)
  const existing = readSet(name, lock)
  if (existing) return existing
  const made = await installLock(lock, rightCompiler(lock, compiler), read, workshop)
  if (!publishFolder(made, name) && !readSet(name, lock)) {
    removeFolder(cache, name) // no manifest, or none that can be read
    publishFolder(made, name)
  }
  const set = readSet(name, lock)
  if (!set) {
    throw new MseError('dependencies/cache-damaged', 'what was just installed is not in the cache any more', {
      next: 'try again, and let nothing else clean the cache meanwhile',
    })
  }
  evict(cache, name)
  return set
}

function folderOf(cache: string, lock: LockFile): string {
  return join(cache, 'sets', key(edition, lock.text))
}

function pathOfLock(cache: string, read: Requirements, { target, interpreter, env }: InstallOptions): string {
  const chosen = [edition, target.python, meaning(read)]
  return join(cache, 'locks', key(...chosen, namedSources(read, env), sourceSettings(env, interpreter)))
}

/** Byte code can differ between 3.11.2 and 3.11.7. The lock says which, so that the tree does not depend on who makes it. */
function rightCompiler({ byteCode, target }: LockFile, compiler: Interpreter | undefined): Interpreter | undefined {
  if (byteCode === null) return undefined
  if (compiler?.version === byteCode) return compiler
  throw new MseError('environment/python', 'the Python that requirements.lock compiles with is not on this machine', {
    expected: `CPython ${byteCode}`,
    found: compiler === undefined ? `no Python ${target.python}` : `CPython ${compiler.version}`,
    next: `MSE_PYTHON=/path/to/python${target.python} names another Python; mse lock --without-byte-code makes a lock that needs none`,
  })
}

/** What was locked once may have been taken back since; nothing else is chosen in its place without being asked. */
function withdrawn(error: unknown, command: string): unknown {
  if (!(error instanceof MseError && error.code === 'dependencies/not-found')) return error
  return new MseError(error.code, `${error.message} any more`, { next: `to choose again: ${command}`, cause: error })
}

/**
 * The lock of an earlier resolution, for the Python that compiles now: its wheels stay when only that has changed. A damaged one
 * is deleted: it would stand in the way of the next.
 */
function readKept(path: string, byteCode: string | null): LockFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const lock = readLock(text)
  if (lock === undefined) rmSync(path, { force: true })
  return lock && { ...lock, byteCode, text: writeLock({ ...lock, byteCode }) }
}
