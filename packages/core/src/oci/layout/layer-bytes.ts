import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { MseError } from '../../error.ts'
import { openBlob, type Layout } from './layout.ts'
import type { Layer } from './open-image.ts'
import { verified } from './verified.ts'

/** What layers may be in all; a caller that knows better gives less. */
export interface LayerLimits {
  /** Bytes of one layer, uncompressed. */
  readonly size: number
  /** How many times larger than its blob a layer may become, once it is beyond 16 MiB. */
  readonly ratio: number
}

export const ordinaryLimits: LayerLimits = { size: 16 * 2 ** 30, ratio: 100 }

/** Up to here any ratio is harmless. */
const freely = 16 << 20

/**
 * The uncompressed bytes of a layer. The blob is what the manifest names, and the bytes are what the configuration names; both
 * are known for certain once the stream has been read to its end.
 *
 * @param scratch where pieces of an uncompressed layer are put, each good until the next one is asked for
 * @throws MseError `image/digest`, `image/too-large`, `image/compression`
 */
export async function* layerBytes(
  layout: Layout,
  layer: Layer,
  limits: LayerLimits,
  scratch?: Buffer,
): AsyncGenerator<Buffer> {
  const { descriptor, compression, diffId } = layer
  if (descriptor.size > limits.size) throw bomb(descriptor.digest, `${limits.size} bytes`)
  const reused = compression === 'none' ? scratch : undefined
  const blob = verified(await openBlob(layout, descriptor, reused), descriptor)
  if (compression === 'none') {
    yield* diffId === descriptor.digest ? blob : verified(blob, { digest: diffId })
    return
  }
  const most = Math.min(limits.size, Math.max(freely, descriptor.size * limits.ratio))
  yield* verified(limited(gunzip(blob), descriptor.digest, most), { digest: diffId })
}

async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: 1 << 18 })
  const done = pipeline(Readable.from(source, { objectMode: false }), stream).catch(() => undefined)
  try {
    for await (const part of stream) yield part as Buffer
  } catch (cause) {
    if (cause instanceof MseError) throw cause
    throw new MseError('image/compression', 'a layer is not the gzip stream that it is said to be', { cause })
  } finally {
    stream.destroy()
    await done
  }
}

async function* limited(source: AsyncIterable<Buffer>, digest: string, most: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const part of source) {
    size += part.length
    if (size > most) throw bomb(digest, `${most} bytes`)
    yield part
  }
}

function bomb(digest: string, expected: string): MseError {
  return new MseError('image/too-large', `the layer ${digest} is larger than any that is taken`, {
    expected: `at most ${expected}`,
    found: 'more',
  })
}
