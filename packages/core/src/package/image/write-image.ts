import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artefact } from '../artefact.ts'
import { unlisted } from '../index-file.ts'
import { describeImage, type Blob, type DescribedImage } from './describe-image.ts'
import { layerNames, layerOf, type LayerName, type PackedFile } from './layers.ts'
import { writeLayer } from './write-layer.ts'

/** Puts the layer of these files into the layout. */
export type LayerMaker = (files: readonly PackedFile[], layout: string) => Promise<Blob>

export interface WrittenImage extends DescribedImage {
  readonly layers: readonly (Blob & { readonly name: LayerName })[]
}

/**
 * Writes a package as an OCI image layout into an empty folder: same package, same bytes.
 *
 * @param makers of layers whose files do not lie in the package's folder
 * @throws MseError `package/file-changed` when a file is not what the index says
 */
export async function writeImage(
  artefact: Artefact,
  layout: string,
  makers: { readonly [name in LayerName]?: LayerMaker } = {},
): Promise<WrittenImage> {
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true })
  const locate = (path: string): string => join(artefact.directory, path)
  const all = await packedFiles(artefact)
  const layers: (Blob & { name: LayerName })[] = []
  for (const name of layerNames) {
    const files = all.filter(({ path }) => layerOf(path) === name)
    const blob = await (makers[name]?.(files, layout) ?? writeLayer(files, locate, layout))
    layers.push({ name, ...blob })
  }
  const described = describeImage(artefact.index, artefact.indexBytes, layers)
  for (const [path, bytes] of Object.entries(described.members)) await writeFile(join(layout, path), bytes)
  return { ...described, layers }
}

/** Every file of a package: what the index lists, the index and the signature. */
export async function packedFiles({ directory, index }: Pick<Artefact, 'directory' | 'index'>): Promise<PackedFile[]> {
  const others = unlisted.map(async (path) => packedFile(path, await readFile(join(directory, path))))
  return [...index.files, ...(await Promise.all(others))]
}

export function packedFile(path: string, content: Uint8Array): PackedFile {
  return { path, size: content.length, mode: '0644', sha256: createHash('sha256').update(content).digest('hex') }
}
