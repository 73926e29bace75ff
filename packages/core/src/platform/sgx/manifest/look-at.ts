import { statSync, type Stats } from 'node:fs'
import { MseError } from '../../../error.ts'

/** What counts as "there is none" for Python's pathlib, which Gramine's tools ask. Everything else ends them. */
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR', 'EBADF', 'ELOOP']

/**
 * What is at a path, or that nothing is.
 *
 * @throws MseError `manifest/unreadable` when that cannot be found out: what is left out in doubt is not measured
 */
export function lookAt(path: string, look: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return look(path)
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (ABSENT.includes(code)) return undefined
    throw new MseError('manifest/unreadable', `a trusted file cannot be looked at: ${message}`, { cause })
  }
}

/** @throws MseError `manifest/unreadable` */
export function isFolder(path: string): boolean {
  return lookAt(path)?.isDirectory() === true
}
