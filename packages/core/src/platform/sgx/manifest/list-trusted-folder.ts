import { access, constants, readdir, stat, lstat } from 'node:fs/promises'
import { MseError } from '../../../error.ts'
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
 * @throws MseError `manifest/file-name` for a name that is not UTF-8
 */
export async function listTrustedFolder(
  folder: ListedFolder,
  resolve: (named: string) => Promise<unknown>,
): Promise<string[]> {
  const files: string[] = []
  for (const name of await sortedNames(folder.path)) {
    const entry = { named: below(folder.named, name), path: `${folder.path}/${name}` }
    const kind = await kindOf(entry.path)
    if (kind === 'file') files.push(entry.named)
    if (kind === 'link to a folder') await resolve(entry.named)
    if (kind === 'folder') for (const file of await listTrustedFolder(entry, resolve)) files.push(file)
  }
  return files
}

/** Sorted as UTF-8 sorts, which is the order of code points; strings of JavaScript sort otherwise beyond U+FFFF. */
async function sortedNames(path: string): Promise<string[]> {
  // What may not be listed is left out like what may not be read.
  const names = await readdir(path, { encoding: 'buffer' }).catch(() => [])
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return names
    .sort((a, b) => Buffer.compare(a, b))
    .map((name) => {
      try {
        return decoder.decode(name)
      } catch (cause) {
        throw new MseError('manifest/file-name', 'the name of a trusted file is not UTF-8', {
          found: name.toString('latin1'),
          cause,
        })
      }
    })
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'link to a folder' | undefined> {
  const status = await stat(path).catch(() => undefined)
  if (status === undefined || !(status.isFile() || status.isDirectory())) return undefined
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!readable) return undefined
  if (status.isFile()) return 'file'
  return (await lstat(path)).isSymbolicLink() ? 'link to a folder' : 'folder'
}
