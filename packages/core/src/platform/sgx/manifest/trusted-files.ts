import { join } from 'node:path'
import { MseError } from '../../../error.ts'
import type { Table, Value } from '../toml/value.ts'
import { resolveInside } from './chroot.ts'
import type { HashFiles } from './hash-files.ts'
import { listTrustedFolder } from './list-trusted-folder.ts'
import { isFolder } from './look-at.ts'
import { below, pathOf, startingAt } from './uri.ts'

/** Where the paths of a manifest begin. */
export interface Place {
  /** Relative paths start here. */
  readonly folder: string
  /** The root that trusted files are looked up in, if it is not this machine's. */
  readonly chroot?: string
}

/** One file that the enclave may open. */
interface TrustedFile {
  readonly uri: string
  /** Where it lies on this machine. */
  readonly path: string
  /** As the manifest gave it, believed without a look at the file. */
  readonly sha256: Value | undefined
}

/**
 * `sgx.trusted_files` as Gramine measures it: folders become their files, and every file has a hash.
 *
 * @param entries tables with a `uri`
 * @throws MseError `manifest/uri`, `manifest/trusted-file`, `manifest/directory`, `manifest/hash-conflict`,
 *   `manifest/missing-file`, `manifest/chroot`, `manifest/file-name`
 */
export async function expandTrustedFiles(entries: readonly Table[], place: Place, hash: HashFiles): Promise<Table[]> {
  const files = new Map<string, TrustedFile>()
  for (const entry of entries) for (const file of expandEntry(entry, place)) add(files, file)
  const unhashed = [...files.values()].filter((file) => file.sha256 === undefined)
  const hashes = await hash(unhashed.map((file) => file.path))
  const found = new Map(unhashed.map((file, at) => [file.uri, hashes[at] as string]))
  return [...files.values()].map(({ uri, sha256 }) => {
    return new Map<string, Value>([
      ['uri', uri],
      ['sha256', sha256 ?? (found.get(uri) as string)],
    ])
  })
}

/** The first entry of a name keeps its place; a hash that is given wins over one that would be computed. */
function add(files: Map<string, TrustedFile>, file: TrustedFile): void {
  const before = files.get(file.uri)?.sha256
  if (before === undefined) files.set(file.uri, file)
  else if (file.sha256 !== undefined && file.sha256 !== before) {
    throw new MseError('manifest/hash-conflict', `two hashes are given for ${file.uri}`, {
      expected: String(before),
      found: String(file.sha256),
    })
  }
}

function expandEntry(entry: Table, place: Place): TrustedFile[] {
  const { uri, sha256, ...others } = Object.fromEntries(entry)
  const [other] = Object.keys(others)
  if (other !== undefined) throw new MseError('manifest/trusted-file', `a trusted file has a key too many: ${other}`)
  const named = pathOf(uri)
  const file: TrustedFile = { uri: uri as string, path: locate(named, place).path, sha256 }
  if (!file.uri.endsWith('/')) {
    if (isFolder(file.path)) throw directory(`${file.uri} is a folder; its URI has to end with "/"`)
    return [file]
  }
  if (!isFolder(file.path)) throw directory(`${file.uri} ends with "/" and is not a folder`)
  if (sha256 !== undefined) throw directory(`${file.uri} is a folder and cannot have a hash`)
  return expandFolder(named, place)
}

function expandFolder(named: string, place: Place): TrustedFile[] {
  const folder = locate(named, place)
  const names = listTrustedFolder({ named: folder.inside, path: folder.path }, (name) => locate(name, place))
  return names.map((name) => ({ uri: `file:${name}`, path: locate(name, place).path, sha256: undefined }))
}

/** In another root a folder is listed under the name that its links lead to. */
function locate(path: string, { folder, chroot }: Place): { path: string; inside: string } {
  if (chroot === undefined) return { path: startingAt(folder, path), inside: path }
  const root = startingAt(folder, chroot)
  const inside = resolveInside(root, path)
  return { path: join(root, inside), inside: below('/', inside.slice(1)) }
}

function directory(message: string): MseError {
  return new MseError('manifest/directory', message)
}
