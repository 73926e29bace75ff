import { join } from 'node:path'
import { folderLayout } from '../oci/layout/folder-layout.ts'
import { blobPath } from '../oci/layout/layout.ts'
import { openImage, type Image } from '../oci/layout/open-image.ts'
import type { Session } from '../session.ts'
import { fileState, isSameState, type FileState } from '../state/file-state.ts'
import { HashCache } from '../state/hash-cache.ts'
import { Memory } from '../state/memory.ts'
import type { Artefact } from './artefact.ts'
import { checkImage } from './image/check-image.ts'
import type { Index } from './index-file.ts'

/**
 * The index of a package that is a folder of an image layout, once every byte of it was read: now, or before by this build, if no
 * layer was touched since. Two things are remembered: which bytes a file has, by its state; and what the image of a digest holds,
 * which is the same for ever.
 *
 * @throws MseError `image/*`, `package/*`
 */
export async function examineLayout(
  session: Session,
  directory: string,
  memory: Memory = new Memory(session.folders),
): Promise<Pick<Artefact, 'index' | 'indexBytes'>> {
  const image = await openImage(folderLayout(directory))
  const layers = layersOf(image, directory)
  const hashes = await HashCache.open(join(session.folders.cache, 'layers.json'), session.now)
  const whole = layers.every(({ path, sha256, state }) => state !== undefined && hashes.get(path, state) === sha256)
  const known = whole ? await memory.recall(['index', image.digest]) : undefined
  // It was canonical, complete and signed when it was remembered.
  if (known !== undefined) return { index: JSON.parse(known) as Index, indexBytes: Buffer.from(known) }
  const { index, indexBytes } = await checkImage(image)
  for (const { path, sha256, state } of layers) {
    const now = stateOf(path)
    if (state !== undefined && now !== undefined && isSameState(now, state)) hashes.set(path, state, sha256)
  }
  await hashes.save().catch(() => undefined)
  await memory.keep(['index', image.digest], indexBytes.toString())
  return { index, indexBytes }
}

interface LayerFile {
  readonly path: string
  /** As the manifest names it, hex. */
  readonly sha256: string
  readonly state: FileState | undefined
}

function layersOf({ layers }: Image, directory: string): LayerFile[] {
  return layers.map(({ descriptor: { digest } }) => {
    const path = join(directory, blobPath(digest))
    return { path, sha256: digest.replace('sha256:', ''), state: stateOf(path) }
  })
}

/** Whatever is wrong with a layer, reading it says. */
function stateOf(path: string): FileState | undefined {
  try {
    return fileState(path)
  } catch {
    return undefined
  }
}
