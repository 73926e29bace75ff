import { accessSync, constants, readdirSync, type Dirent } from 'node:fs'
import { MseError } from '../../../error.ts'
import { lookAt } from './look-at.ts'
import { below } from './uri.ts'

/** A folder by its two names. */
export interface ListedFolder {
  /** As the manifest names it, normalised. */
  readonly named: string
  /** Where it lies on this machine. */
  readonly path: string
}

/**
 * The files of a folder and of the folders in it, in Gramine's order: by code point of each name, depth first. What is neither
 * file nor folder, cannot be read, or is a link to a folder, is left out; a link to a file is named as the link.
 *
 * @param resolve finds out where a link to a folder leads: what cannot be found out is an error, though the folder is left out
 * @returns names as the manifest spells them
 * @throws MseError `manifest/file-name` for a name that is not UTF-8, `manifest/unreadable` for what cannot be looked at
 */
export function listTrustedFolder(folder: ListedFolder, resolve: (named: string) => unknown): string[] {
  return sortedEntries(folder.path).flatMap((entry) => {
    const name = decoded(entry.name)
    const inside = { named: below(folder.named, name), path: `${folder.path}/${name}` }
    const kind = kindOf(entry, inside.path)
    if (kind === undefined || !isReadable(inside.path)) return []
    if (kind === 'file') return [inside.named]
    if (!entry.isSymbolicLink()) return listTrustedFolder(inside, resolve)
    resolve(inside.named)
    return []
  })
}

/** Sorted as UTF-8 sorts, which is the order of code points; strings of JavaScript sort otherwise beyond U+FFFF. */
function sortedEntries(path: string): Dirent<Buffer>[] {
  try {
    const entries = readdirSync(path, { encoding: 'buffer', withFileTypes: true })
    return entries.sort((a, b) => Buffer.compare(a.name, b.name))
  } catch {
    // What may not be listed is left out like what may not be read.
    return []
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(name: Buffer): string {
  try {
    return decoder.decode(name)
  } catch (cause) {
    throw new MseError('manifest/file-name', 'the name of a trusted file is not UTF-8', {
      found: name.toString('latin1'),
      cause,
    })
  }
}

/** Of a link, that of what it leads to. */
function kindOf(entry: Dirent<Buffer>, path: string): 'file' | 'folder' | undefined {
  const found = entry.isSymbolicLink() ? lookAt(path) : entry
  if (found?.isFile()) return 'file'
  return found?.isDirectory() ? 'folder' : undefined
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    // In a folder whose names alone may be known, nothing can be said of a file, not even that it is none.
    lookAt(path)
    return false
  }
}
