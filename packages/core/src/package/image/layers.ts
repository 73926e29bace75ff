import { MseError } from '../../error.ts'
import { endOfArchive, paddingOf, tarHeader, type TarItem } from '../../oci/tar/tar-header.ts'
import { comparePaths, foldersOf, type IndexedFile } from '../index-file.ts'

/** The layers of a package, from what seldom changes to what changes with every line of code. */
export const layerNames = ['launcher', 'dependencies', 'application'] as const

export type LayerName = (typeof layerNames)[number]

/** Where a package lies in its image: where the launcher expects it. */
export const imageRoot = 'opt/mse'

/** A file of a package, listed in its index or not. */
export type PackedFile = Pick<IndexedFile, 'path' | 'size' | 'mode' | 'sha256'>

/** The layer that a file of a package belongs to; what is no code and no launcher comes of the dependencies. */
export function layerOf(path: string): LayerName {
  if (path.startsWith('launcher/')) return 'launcher'
  const application = path.startsWith('code/') || path === 'index.json' || path === 'signature.json'
  return application ? 'application' : 'dependencies'
}

/** One entry of a layer; a file has its place in the package. */
export interface LayerItem extends TarItem {
  readonly file: PackedFile | undefined
}

/** What a layer of these files holds, folders included, sorted by the bytes of the paths: one set of files has one layer. */
export function layerItems(files: readonly PackedFile[]): LayerItem[] {
  const folders = new Set([imageRoot, ...foldersOf(imageRoot)])
  const items: LayerItem[] = files.map((file) => {
    const path = `${imageRoot}/${file.path}`
    for (const folder of foldersOf(path)) folders.add(folder)
    return { path, type: 'file', size: file.size, mode: Number.parseInt(file.mode, 8), file }
  })
  for (const path of folders) items.push({ path, type: 'directory', size: 0, mode: 0o755, file: undefined })
  return items.toSorted((a, b) => comparePaths(a.path, b.path))
}

/** Bytes of the layer that these items make. */
export function layerSize(items: readonly TarItem[]): number {
  return items.reduce(
    (sum, item) => sum + tarHeader(item).length + item.size + paddingOf(item.size),
    endOfArchive.length,
  )
}

/** A layer that means something, and is not written as this program would have written it. */
export function notOurs(what: string): MseError {
  return new MseError('image/tar', `a layer that is not written as packages are: ${what}`, {
    next: 'Get the package again, or use the version of mse that made it.',
  })
}
