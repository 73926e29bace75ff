import type { Table } from '../toml/value.ts'
import type { HashFiles } from './hash-files.ts'
import type { Place } from './trusted-files.ts'
import { pathOf, startingAt } from './uri.ts'

export interface Libos {
  /** `file:/usr/lib/x86_64-linux-gnu/gramine/libsysdb.so` where Debian's packages put it. */
  readonly uri: string
  /** Where its bytes are on this machine. */
  readonly path: string
}

/**
 * Gives `loader.entrypoint` its hash, unless it has one, which is then believed. The file is this machine's: it is never looked
 * up in another root.
 *
 * @throws MseError `manifest/uri`, `manifest/missing-file`, `manifest/unreadable`
 */
export async function hashEntrypoint(manifest: Table, place: Place, libos: Libos, hash: HashFiles): Promise<void> {
  const entrypoint = (manifest.get('loader') as Table).get('entrypoint') as Table
  if (entrypoint.has('sha256')) return
  const uri = entrypoint.get('uri')
  const path = uri === libos.uri ? libos.path : startingAt(place.folder, pathOf(uri))
  const [sha256] = await hash([path])
  entrypoint.set('sha256', sha256 as string)
}
