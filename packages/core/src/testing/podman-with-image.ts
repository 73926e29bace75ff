import { join } from 'node:path'
import { openEngine, type Engine } from '../platform/container/engine/engine.ts'
import { findEngine } from '../platform/container/engine/find-engine.ts'
import { debianImage, type DebianImage } from './debian-image.ts'
import { startPodman, type RealEngine } from './podman.ts'
import { rawTar, type RawEntry } from './raw-tar.ts'

/** Images are made once for all tests: they hold Debian packages and nothing of a test. */
const cache = join(import.meta.dirname, '../../../../node_modules/.cache/mse-container')

export interface PodmanWithImage {
  readonly podman: RealEngine
  readonly engine: Engine
  /** A small system with Python. */
  readonly image: DebianImage
  /** Loads the same system with other files; returns the digest. */
  addImage(files: readonly RawEntry[]): Promise<string>
}

/** A Podman of its own that has the image of a small system, with one more layer. */
export async function podmanWithImage(layer: Uint8Array = rawTar([])): Promise<PodmanWithImage> {
  const podman = await startPodman()
  const engine = openEngine(await findEngine([podman.socket]))
  const load = async (one: Uint8Array): Promise<DebianImage> => {
    const image = debianImage(cache, one)
    await engine.loadImage(image.archive)
    return image
  }
  const image = await load(layer)
  return { podman, engine, image, addImage: async (files) => (await load(rawTar(files))).digest }
}
