import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/*
 * cacheDirectory/
 *   locks/KEY            requirements.lock of a resolution
 *   sets/KEY/            site-packages and the manifest of an installed lock
 *   pip/VERSION/         a pip of our own, where the machine's is too old
 *   tmp/WORLD-PID-…/     work in progress
 *
 * Whatever has its final name is complete: it was made under tmp and linked or renamed into place, and whoever comes
 * second takes what the first one made.
 */

const abandonedAfter = 24 * 60 * 60 * 1000

export function key(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** Runs `work` in a temporary folder of the cache that is removed afterwards. */
export async function inTemporaryFolder<T>(cache: string, work: (folder: string) => Promise<T>): Promise<T> {
  removeAbandoned(cache)
  const folder = join(cache, 'tmp', `${world()}-${process.pid}-${randomBytes(6).toString('hex')}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives a finished folder its name; false if another has that name already: another process may have been faster. */
export function publishFolder(folder: string, name: string): boolean {
  mkdirSync(dirname(name), { recursive: true, mode: 0o755 })
  try {
    renameSync(folder, name)
    return true
  } catch (error) {
    if (existsSync(name)) return false
    throw error
  }
}

/** Gives a finished text its name, and returns the text that has the name now: another process may have been faster. */
export function publishText(text: string, name: string, temporary: string): string {
  mkdirSync(dirname(name), { recursive: true, mode: 0o755 })
  writeDurably(temporary, text)
  try {
    linkSync(temporary, name)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  return readFileSync(name, 'utf8')
}

/** Takes a folder out of the cache at once, so that nobody finds half of it, and then deletes it. */
export function removeFolder(cache: string, folder: string): void {
  const grave = join(cache, 'tmp', `${world()}-${process.pid}-${randomBytes(6).toString('hex')}`)
  mkdirSync(dirname(grave), { recursive: true, mode: 0o755 })
  try {
    renameSync(folder, grave)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  rmSync(grave, { recursive: true, force: true })
}

export function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o644)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Removes what killed processes left: their own id is gone, or a day has passed. */
function removeAbandoned(cache: string): void {
  const folder = join(cache, 'tmp')
  const here = world()
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [origin, pid] = name.split('-')
    const path = join(folder, name)
    const old = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > abandonedAfter
    if (!old && (origin !== here || isAlive(Number(pid)))) continue
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // It belongs to another user, who will remove it.
    }
  }
}

/** Where a process id means something: this boot of this machine, and this container. */
function world(): string {
  try {
    return key(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), readlinkSync('/proc/self/ns/pid')).slice(0, 12)
  } catch {
    return 'unknown'
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
