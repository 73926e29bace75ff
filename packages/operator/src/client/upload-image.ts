import type { Image } from '@mse/core/oci/layout/open-image'
import { blobPath, openBlob } from '@mse/core/oci/layout/layout'
import { MseError } from '@mse/core/error'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Descriptor } from '@mse/core/oci/manifest'
import type { BlobState } from '../api/shapes.ts'
import type { OperatorClient } from './operator-client.ts'

export interface Uploaded {
  /** Digest of the image's manifest. */
  readonly digest: string
  /** Bytes of blobs that travelled, and of those that were there. */
  readonly sent: number
  readonly kept: number
}

/** Bytes of one part. */
const partSize = 8 << 20
/** How often one blob is gone on with. */
const attempts = 4
/** Milliseconds that one part may take. */
const partTimeout = 120_000

/**
 * Sends an image: of its blobs what is missing, each from where an earlier attempt has ended.
 *
 * @throws MseError `operator/*`
 */
export async function uploadImage(
  client: OperatorClient,
  image: Image,
  update: (detail: string) => void,
): Promise<Uploaded> {
  let sent = 0
  let kept = 0
  for (const { blob, there } of await askForAll(client, image)) {
    kept += there.size
    if (there.complete) continue
    await persistently(client, image, blob, there.size, (bytes) => update(`${((sent + bytes) / 1e6).toFixed(1)} MB`))
    sent += blob.size - there.size
  }
  return { digest: image.digest, sent, kept }
}

/** How many bytes of an image are not there. */
export async function missingBytes(client: OperatorClient, image: Image): Promise<number> {
  const all = await askForAll(client, image)
  return all.reduce((missing, { blob, there }) => missing + (there.complete ? 0 : blob.size - there.size), 0)
}

interface Asked {
  readonly blob: Descriptor
  readonly there: BlobState
}

/** All at once: each question is a connection. */
async function askForAll(client: OperatorClient, image: Image): Promise<Asked[]> {
  const ask = async (blob: Descriptor): Promise<Asked> => ({
    blob,
    there: await client.ask('blob', { digest: blob.digest }),
  })
  return Promise.all((await blobsOf(image)).map(ask))
}

/** The layers first and the manifest last, each once. */
async function blobsOf({ layout, digest, mediaType, manifest }: Image): Promise<Descriptor[]> {
  const { size } = await layout.open(blobPath(digest))
  const all = [...manifest.layers, manifest.config, { mediaType, digest, size }]
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()]
}

/** What a broken connection looks like, and what the service says while it is still busy with what came before the break. */
const passing: readonly string[] = ['operator/unreachable', 'operator/timeout', 'operator/offset', 'operator/busy']

/** Goes on where the service is when the connection breaks, a few times. */
async function persistently(
  client: OperatorClient,
  image: Image,
  blob: Descriptor,
  from: number,
  update: (bytes: number) => void,
): Promise<void> {
  for (let attempt = 1, at = from; ; attempt += 1) {
    try {
      await upload(client, image, blob, at, update)
      return
    } catch (error) {
      if (!(error instanceof MseError && passing.includes(error.code)) || attempt === attempts) throw error
      await sleep(attempt * 250)
      const there = await client.ask('blob', { digest: blob.digest })
      if (there.complete) return
      at = there.size
    }
  }
}

async function upload(
  client: OperatorClient,
  { layout }: Image,
  blob: Descriptor,
  from: number,
  update: (bytes: number) => void,
): Promise<void> {
  let at = from
  for await (const bytes of parts(skip(await openBlob(layout, blob), from))) {
    const headers = { 'Upload-Offset': String(at), 'Upload-Length': String(blob.size) }
    const state = await client.ask('uploadBlob', { digest: blob.digest, bytes, headers, timeout: partTimeout })
    at += bytes.length
    update(at - from)
    if (state.complete) return
    if (state.size === at) continue
    throw new MseError('operator/offset', 'the service has kept another part than was sent', {
      expected: String(at),
      found: String(state.size),
      next: 'Run the command again: it goes on where the service is.',
    })
  }
}

async function* skip(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const block of source) {
    const rest = block.subarray(Math.min(left, block.length))
    left -= block.length - rest.length
    if (rest.length > 0) yield rest
  }
}

async function* parts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  for await (const block of source) {
    held.push(block)
    size += block.length
    if (size < partSize) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  // An empty blob is one empty part.
  yield Buffer.concat(held)
}
