import { MseError } from '../../error.ts'
import { openBlob } from '../layout/layout.ts'
import type { Image } from '../layout/open-image.ts'
import type { Descriptor } from '../manifest.ts'
import type { Answer } from './exchange.ts'
import type { Reference } from './reference.ts'
import type { Registry } from './registry.ts'

export interface Pushed {
  /** Bytes of blobs that travelled, and of those that were there. */
  readonly sent: number
  readonly kept: number
}

/** Bytes of one request at most; larger blobs travel in chunks. */
const chunkSize = 16 << 20

/**
 * Sends an image to a registry: what is missing of its blobs, then its manifest, under the tag or, without one, its digest.
 *
 * @throws MseError `registry/*`, `image/digest` when a blob is not what the manifest says
 */
export async function pushImage(
  registry: Registry,
  image: Image,
  { tag }: Pick<Reference, 'tag'>,
  update: (detail: string) => void,
): Promise<Pushed> {
  let sent = 0
  let kept = 0
  for (const blob of blobsOf(image)) {
    const there = await registry.send(`blobs/${blob.digest}`, { method: 'HEAD' }, [200, 404])
    there.discard()
    if (there.status === 200) kept += blob.size
    else {
      await upload(registry, image, blob, (bytes) => update(`${((sent + bytes) / 1e6).toFixed(1)} MB`))
      sent += blob.size
    }
  }
  const headers = { 'Content-Type': image.mediaType }
  const path = `manifests/${tag ?? image.digest}`
  const answer = await registry.send(path, { method: 'PUT', headers, body: image.manifestBytes }, [201])
  answer.discard()
  const named = answer.headers['docker-content-digest']
  if (named === undefined || named === image.digest) return { sent, kept }
  throw new MseError('image/digest', 'the registry has kept another image than was sent', {
    expected: image.digest,
    found: String(named),
  })
}

/** The configuration and the layers, each once: of two equal layers one travels. */
function blobsOf({ manifest }: Image): Descriptor[] {
  return [...new Map([manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob])).values()]
}

async function upload(
  registry: Registry,
  { layout }: Image,
  blob: Descriptor,
  update: (bytes: number) => void,
): Promise<void> {
  const started = await registry.send('blobs/uploads/', { method: 'POST', body: Buffer.alloc(0) }, [202])
  started.discard()
  let location = registry.location(started)
  const least = Number(started.headers['oci-chunk-min-length'] ?? 0)
  const size = Math.max(chunkSize, Number.isSafeInteger(least) ? Math.min(least, 1 << 30) : 0)
  if (blob.size <= size) return finish(registry, location, blob, await collect(await openBlob(layout, blob)))
  let at = 0
  for await (const chunk of chunks(await openBlob(layout, blob), size)) {
    location = await sendChunk(registry, location, chunk, at)
    at += chunk.length
    update(at)
  }
  return finish(registry, location, blob, Buffer.alloc(0))
}

/** A chunk whose answer was lost may be there wholly, in part, or not at all: the registry is asked. */
async function sendChunk(registry: Registry, location: URL, chunk: Buffer, at: number): Promise<URL> {
  const patch = async (to: URL, from: number): Promise<Answer> => {
    const body = chunk.subarray(from - at)
    const range = `${from}-${at + chunk.length - 1}`
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Range': range }
    return registry.send(to, { method: 'PATCH', headers, body }, [202])
  }
  let answer: Answer
  try {
    answer = await patch(location, at)
  } catch (error) {
    const unknown = error instanceof MseError && ['registry/unreachable', 'registry/unavailable'].includes(error.code)
    if (!unknown) throw error
    const status = await registry.send(location, { method: 'GET' }, [204])
    const next = Number(/^(?:bytes=)?0-(\d+)$/.exec(String(status.headers.range))?.[1] ?? -1) + 1
    if (next < at || next > at + chunk.length) throw error
    answer = next === at + chunk.length ? status : await patch(registry.location(status), next)
  }
  answer.discard()
  return registry.location(answer)
}

async function finish(registry: Registry, location: URL, { digest }: Descriptor, body: Buffer): Promise<void> {
  const url = new URL(location)
  url.searchParams.set('digest', digest)
  const headers = { 'Content-Type': 'application/octet-stream' }
  const answer = await registry.send(url, { method: 'PUT', headers, body }, [201])
  answer.discard()
}

async function* chunks(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const part of source) {
    let rest = part
    while (length + rest.length >= size) {
      const fitting = size - length
      yield Buffer.concat([...parts, rest.subarray(0, fitting)])
      rest = rest.subarray(fitting)
      parts = []
      length = 0
    }
    parts.push(rest)
    length += rest.length
  }
  if (length > 0) yield Buffer.concat(parts)
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
