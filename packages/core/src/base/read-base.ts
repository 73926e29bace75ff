import { MseError } from '../error.ts'
import { layerBytes, ordinaryLimits } from '../oci/layout/layer-bytes.ts'
import type { Layout } from '../oci/layout/layout.ts'
import { openImage } from '../oci/layout/open-image.ts'
import { verified } from '../oci/layout/verified.ts'
import { applyLayer, type Count } from './apply-layer.ts'
import { loaderPath, type Base, type BaseFile } from './base.ts'
import { openDockerArchive } from './docker-archive.ts'
import { FileTree } from './file-tree.ts'

/**
 * Reads an image as a base: an OCI layout, or an archive of `docker save`. Its layers are read once and written nowhere.
 *
 * @throws MseError `image/*`
 */
export async function readBase(layout: Layout, update: (detail: string) => void): Promise<Base> {
  const { id, layers } = await openLayers(layout)
  const tree = new FileTree()
  const count: Count = { bytes: 0, loaders: new Map() }
  for (const [at, layer] of layers.entries()) {
    update(`layer ${at + 1} of ${layers.length}`)
    await applyLayer(tree, await layer(), count)
  }
  const { files, folders } = listed(tree)
  return { digest: id, files, folders, loader: count.loaders.get(files.get(loaderPath)?.sha256 ?? '') }
}

interface Layers {
  readonly id: string
  readonly layers: readonly (() => Promise<AsyncIterable<Buffer>>)[]
}

async function openLayers(layout: Layout): Promise<Layers> {
  if (await has(layout, 'oci-layout')) {
    const image = await openImage(layout)
    return { id: image.id, layers: image.layers.map((layer) => async () => layerBytes(layout, layer, ordinaryLimits)) }
  }
  const { id, layers } = await openDockerArchive(layout)
  return {
    id,
    layers: layers.map(
      ({ member, diffId }) =>
        async () =>
          verified((await layout.open(member)).read(), { digest: diffId }),
    ),
  }
}

async function has(layout: Layout, member: string): Promise<boolean> {
  try {
    await layout.open(member)
    return true
  } catch (error) {
    if (error instanceof MseError && error.code === 'image/layout') return false
    throw error
  }
}

function listed(tree: FileTree): Pick<Base, 'files' | 'folders'> {
  const files: [string, BaseFile][] = []
  const folders: [string, string][] = []
  for (const { path, leadsTo } of tree.walk()) {
    if (typeof leadsTo === 'string') folders.push([path, leadsTo])
    else files.push([path, leadsTo])
  }
  return { files: new Map(files.toSorted(byPath)), folders: new Map(folders.toSorted(byPath)) }
}

function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
