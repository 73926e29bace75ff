import { join } from 'node:path'
import { openEngine, type Engine } from '../platform/container/engine/engine.ts'
import { findEngine } from '../platform/container/engine/find-engine.ts'
import { debianImage, type DebianImage } from './debian-image.ts'
import { rawTar, type RawEntry } from './raw-tar.ts'
import type { RealEngine } from './real-engine.ts'

/** Images are made once for all tests: they hold Debian packages and nothing of a test. */
const cache = join(import.meta.dirname, '../../../../node_modules/.cache/mse-container')

export interface EngineWithImage {
  readonly real: RealEngine
  readonly engine: Engine
  /** A small system with Python. */
  readonly image: DebianImage
  /** Loads the same system with other files; returns the digest. */
  addImage(files: readonly RawEntry[]): Promise<string>
}

/** An engine of its own that has the image of a small system, with one more layer. */
export async function engineWithImage(
  start: () => Promise<RealEngine>,
  layer: Uint8Array = rawTar([]),
): Promise<EngineWithImage> {
  const real = await start()
  const engine = openEngine(await findEngine([real.socket]))
  const load = async (one: Uint8Array): Promise<DebianImage> => {
    const image = debianImage(cache, one)
    await engine.loadImage(image.archive)
    return image
  }
  const image = await load(layer)
  return { real, engine, image, addImage: async (files) => (await load(rawTar(files))).digest }
}
