import { MseError } from '../../../error.ts'
import type { Value } from '../toml/value.ts'

/**
 * The path of a `file:` URI, normalised as far as Gramine's tools do it: repeated slashes, `.` and a final slash go, `..` stays.
 *
 * @throws MseError `manifest/uri` for every other kind of URI, `manifest/file-name` for a path that no file can have
 */
export function pathOf(uri: Value | undefined): string {
  if (typeof uri !== 'string' || !uri.startsWith('file:')) {
    throw new MseError('manifest/uri', 'a trusted file is not named by a file: URI', { found: String(uri) })
  }
  if (uri.includes('\0')) throw new MseError('manifest/file-name', 'a name of a file contains a NUL character')
  return normalise(uri.slice('file:'.length))
}

/** POSIX leaves the meaning of exactly two slashes in front to the system; Python keeps them. */
function normalise(path: string): string {
  const [slashes = ''] = /^\/*/.exec(path) ?? []
  const root = slashes.length === 2 ? '//' : slashes.slice(0, 1)
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return root + parts.join('/') || '.'
}

/** A name in a folder whose path is normalised. */
export function below(folder: string, name: string): string {
  if (folder === '.') return name
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

/** An absolute path; `..` is left to the system, because what is before it may be a link. */
export function startingAt(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`
}
