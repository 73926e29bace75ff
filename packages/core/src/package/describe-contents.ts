import { layerNames, layerOf, type LayerName, type PackedFile } from './image/layers.ts'
import type { ExaminedPackage } from './receive-package.ts'

/** What a package holds, for people who ask. */
export interface Contents {
  readonly layers: readonly {
    readonly layer: LayerName
    readonly files: number
    /** Bytes of the files, before they are put together. */
    readonly size: number
    readonly digest: string | undefined
  }[]
  /** Sorted as in the index, index and signature last. */
  readonly files: readonly (PackedFile & { readonly layer: LayerName; readonly encrypted: boolean })[]
}

export function describeContents({ index, files, image }: ExaminedPackage): Contents {
  const listed = new Set(index.files.map(({ path }) => path))
  const all = [...index.files, ...[...files.values()].filter(({ path }) => !listed.has(path))]
  return {
    layers: layerNames.map((layer, at) => {
      const own = all.filter(({ path }) => layerOf(path) === layer)
      const size = own.reduce((sum, file) => sum + file.size, 0)
      return { layer, files: own.length, size, digest: image?.layers[at]?.descriptor.digest }
    }),
    files: all.map((file) => ({ ...file, layer: layerOf(file.path), encrypted: isEncrypted(file.path) })),
  }
}

/** Every file of the code but the top-level requirements.txt (spec/2-package.md). */
export function isEncrypted(path: string): boolean {
  return path.startsWith('code/') && path.endsWith('.age')
}
