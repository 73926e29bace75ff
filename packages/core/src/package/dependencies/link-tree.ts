import { chmodSync, copyFileSync, constants, linkSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { MseError } from '../../error.ts'
import type { InstalledFile, InstalledSet } from './installed-set.ts'
import { epoch } from './settle.ts'

/**
 * Puts the tree of a set into `destination`, which must not have any of its files yet, by hard links: the bytes are shared with
 * the cache, and linking is many times faster than copying. Where links cannot be made (another file system), files are copied.
 *
 * What has been changed in the cache is noticed by its size, mode or time here; what somebody has hidden well is noticed by its
 * hash, before a platform measures the package.
 *
 * @throws MseError `dependencies/cache-damaged`: discard the set and install it again
 */
export function linkTree(set: InstalledSet, destination: string): void {
  const made = new Set<string>()
  for (const file of set.files) {
    const source = join(set.directory, file.path)
    const target = join(destination, file.path)
    requireUntouched(set, file, source)
    makeFolder(dirname(target), made)
    linkOrCopy(source, target)
  }
}

function requireUntouched(set: InstalledSet, file: InstalledFile, source: string): void {
  const found = lstatSync(source, { throwIfNoEntry: false })
  const good = found?.isFile() === true && found.size === file.size && found.mtimeMs === epoch * 1000
  if (good && (found.mode & 0o777) === Number.parseInt(file.mode, 8)) return
  throw new MseError('dependencies/cache-damaged', `${file.path} in the cache is not what was installed`, {
    expected: `a file of ${file.size} bytes, mode ${file.mode}, not written to since`,
    found: found === undefined ? 'nothing' : `${found.size} bytes, written to ${found.mtime.toISOString()}`,
    next: `rm -r ${dirname(set.directory)}`,
  })
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EXDEV' && code !== 'EMLINK' && code !== 'EPERM') throw error
    copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  }
}

/** Makes a folder and those above it, 0755 whatever the umask. */
function makeFolder(path: string, made: Set<string>): void {
  if (made.has(path)) return
  const first = mkdirSync(path, { recursive: true })
  if (first !== undefined) for (let one = path; one.length >= first.length; one = dirname(one)) chmodSync(one, 0o755)
  made.add(path)
}
