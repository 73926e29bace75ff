import { join } from 'node:path'
import { MseError } from '../../error.ts'
import { blobPath } from '../../oci/layout/layout.ts'
import type { BlobStore } from '../../oci/store/blob-store.ts'
import { treeName, type InstalledSet } from '../dependencies/dependencies.ts'
import { knownLayer, layerKey, rememberLayer } from './known-layers.ts'
import { writeLayer } from './write-layer.ts'
import type { LayerMaker } from './write-image.ts'

/**
 * Makes the layer of dependencies out of the cache. A layer is a function of its files, so one that was written before is taken
 * from the store, and neither the installed files nor the layer are read again.
 *
 * @param directory has what of the layer is no installed file: lock and bill of materials
 * @param store undefined: there is none that could be trusted
 * @throws MseError `dependencies/cache-damaged` when an installed file is not what was installed
 */
export function dependencyLayer(
  dependencies: InstalledSet,
  directory: string,
  store: BlobStore | undefined,
): LayerMaker {
  return async (files, layout) => {
    const key = layerKey(files)
    const known = store && (await knownLayer(store, key))
    if (known && (await store.lend(known, join(layout, blobPath(known.digest)), 'record'))) return known
    const written = await writeLayer(files, locateIn(dependencies, directory), layout).catch((error: unknown) => {
      throw blame(dependencies, error)
    })
    if (store !== undefined) {
      await store.keep(written, join(layout, blobPath(written.digest)))
      await rememberLayer(store, key, written)
    }
    return written
  }
}

function locateIn(dependencies: InstalledSet, directory: string): (path: string) => string {
  const prefix = `${treeName}/`
  return (path) =>
    path.startsWith(prefix) ? join(dependencies.directory, path.slice(prefix.length)) : join(directory, path)
}

/** A file that is gone, or another one, was so in the cache. */
function blame(dependencies: InstalledSet, error: unknown): unknown {
  const gone = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')
  const changed = error instanceof MseError && error.code === 'package/file-changed'
  if (!gone && !changed) return error
  return new MseError('dependencies/cache-damaged', 'a file in the cache is not what was installed', {
    cause: error,
    next: `rm -r ${dependencies.directory}`,
  })
}
