import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { MseError } from '../../../error.ts'
import { isFolder, lookAt } from './look-at.ts'
import { below } from './uri.ts'

/**
 * Where a path leads for somebody whose root is `root`: links are followed inside it, and `..` stops at it.
 *
 * @param path absolute, inside; exactly two slashes in front mean another root to POSIX
 * @returns an absolute path inside, free of links; it may not exist
 * @throws MseError `manifest/chroot` for a relative path, a loop, or a path through something that is no folder; `manifest/unreadable`
 */
export function resolveInside(root: string, path: string, links: Links = new Map()): string {
  if (!/^\/(?!\/)/.test(path)) throw refused('only absolute paths can be looked up in another root', path)
  let inside = '/'
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (!isFolder(join(root, inside))) throw refused('a path leads through something that is no folder', inside)
    if (part === '..') inside = join(inside, '..')
    else inside = follow(root, inside, part, links)
  }
  return inside
}

/** Where links lead; undefined while that is being found out, so that a loop shows. */
type Links = Map<string, string | undefined>

function follow(root: string, folder: string, name: string, links: Links): string {
  const here = join(folder, name)
  if (!isLink(join(root, here))) return here
  if (!links.has(here)) {
    links.set(here, undefined)
    const target = readlinkSync(join(root, here))
    links.set(here, resolveInside(root, target.startsWith('/') ? target : below(folder, target), links))
  }
  const target = links.get(here)
  if (target === undefined) throw refused('links lead in a circle', here)
  return target
}

function isLink(path: string): boolean {
  return lookAt(path, lstatSync)?.isSymbolicLink() === true
}

function refused(what: string, path: string): MseError {
  return new MseError('manifest/chroot', what, { found: path })
}
