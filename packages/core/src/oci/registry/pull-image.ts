import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../../error.ts'
import { folderLayout } from '../layout/folder-layout.ts'
import { blobPath, tooLarge, type Layout } from '../layout/layout.ts'
import { ordinaryLimits } from '../layout/layer-bytes.ts'
import { chooseManifest } from '../layout/open-image.ts'
import { decodeImageIndex, decodeManifest, documentLimit, type Descriptor, type Manifest } from '../manifest.ts'
import { indexTypes, manifestTypes } from '../media-types.ts'
import type { BlobStore } from '../store/blob-store.ts'
import { bodyOf } from './exchange.ts'
import { formatReference, type Reference } from './reference.ts'
import type { Registry } from './registry.ts'

/** How often a blob whose connection breaks is asked for again, from where it broke. */
const attempts = 5

export interface PullOptions {
  readonly update: (detail: string) => void
  /** Where layers are remembered; undefined: nowhere. */
  readonly store: BlobStore | undefined
}

/**
 * Fetches an image into a layout. Every blob is compared with its digest before it gets its name; blobs that are there already, or
 * in the store, do not travel again.
 *
 * @throws MseError `registry/*`, `image/digest`, `image/media-type`, `image/layout`, `image/too-large`
 */
export async function pullImage(
  registry: Registry,
  reference: Reference,
  directory: string,
  { update, store }: PullOptions,
): Promise<Layout> {
  await mkdir(join(directory, 'blobs/sha256'), { recursive: true })
  const { bytes, descriptor, manifest } = await findManifest(registry, reference)
  const blobs = [manifest.config, ...manifest.layers]
  const total = blobs.reduce((sum, { size }) => sum + size, 0)
  if (total > ordinaryLimits.size) throw tooLarge('the image', ordinaryLimits.size, total)
  for (const blob of blobs) {
    update(`${(blob.size / 1e6).toFixed(1)} MB`)
    const path = join(directory, blobPath(blob.digest))
    // A network is slower than a hash: nothing is believed of what is kept.
    if (existsSync(path) || (await store?.lend(blob, path, 'nothing'))) continue
    await fetchBlob(registry, blob, path)
    if (blob !== manifest.config) await store?.keep(blob, path)
  }
  await writeFile(join(directory, blobPath(descriptor.digest)), bytes)
  const annotations = { 'org.opencontainers.image.ref.name': formatReference(reference) }
  const index = { schemaVersion: 2, manifests: [{ ...descriptor, annotations }] }
  await writeFile(join(directory, 'index.json'), JSON.stringify(index))
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  return folderLayout(directory)
}

interface Found {
  readonly bytes: Buffer
  readonly descriptor: Descriptor
  readonly manifest: Manifest
}

async function findManifest(registry: Registry, { tag, digest }: Reference): Promise<Found> {
  const first = await fetchManifest(registry, digest ?? (tag as string), digest)
  if (!indexTypes.includes(first.mediaType)) return found(first)
  const chosen = chooseManifest(decodeImageIndex(first.bytes).manifests)
  return found(await fetchManifest(registry, chosen.digest, chosen.digest))
}

function found({ bytes, digest, mediaType }: Fetched): Found {
  if (!manifestTypes.includes(mediaType)) {
    throw new MseError('image/media-type', 'the registry has something there that is not an image', {
      found: mediaType,
    })
  }
  return { bytes, descriptor: { mediaType, digest, size: bytes.length }, manifest: decodeManifest(bytes) }
}

interface Fetched {
  readonly bytes: Buffer
  readonly digest: string
  readonly mediaType: string
}

/** What was named by a digest has to have that digest. */
async function fetchManifest(registry: Registry, name: string, expected: string | undefined): Promise<Fetched> {
  const headers = { Accept: [...manifestTypes, ...indexTypes].join(', ') }
  const answer = await registry.send(`manifests/${name}`, { method: 'GET', headers }, [200])
  const bytes = await bodyOf(answer, documentLimit)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (expected !== undefined && digest !== expected) {
    throw new MseError('image/digest', 'the registry answers with another image than the one that was named', {
      expected,
      found: digest,
    })
  }
  const mediaType = String(answer.headers['content-type']).split(';', 1)[0] as string
  return { bytes, digest, mediaType }
}

async function fetchBlob(registry: Registry, blob: Descriptor, path: string): Promise<void> {
  const temporary = `${path}.part`
  const file = await open(temporary, 'w', 0o644)
  try {
    const hash = createHash('sha256')
    let at = 0
    for (let attempt = 1; at < blob.size || attempt === 1; attempt += 1) {
      try {
        for await (const part of await partOf(registry, blob, at)) {
          at += part.length
          if (at > blob.size) throw wrong(blob, 'more')
          hash.update(part)
          await file.writeFile(part)
        }
        if (at < blob.size) throw wrong(blob, `${at} bytes`)
      } catch (error) {
        const broken = error instanceof MseError && error.code === 'registry/unreachable'
        if (!broken || attempt >= attempts) throw error
      }
    }
    const found = `sha256:${hash.digest('hex')}`
    if (found !== blob.digest) throw wrong(blob, found)
    await rename(temporary, path)
  } finally {
    await file.close()
    await rm(temporary, { force: true })
  }
}

/** A blob from byte `at` on, also from a registry that knows no parts. */
async function partOf(registry: Registry, { digest }: Descriptor, at: number): Promise<AsyncIterable<Buffer>> {
  const headers: Record<string, string> = at === 0 ? {} : { Range: `bytes=${at}-` }
  const answer = await registry.send(`blobs/${digest}`, { method: 'GET', headers }, at === 0 ? [200] : [200, 206])
  return answer.status === 206 ? answer.body : without(answer.body, at)
}

async function* without(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const part of body) {
    yield part.subarray(Math.min(left, part.length))
    left = Math.max(0, left - part.length)
  }
}

function wrong({ digest, size }: Descriptor, found: string): MseError {
  return new MseError('image/digest', `the registry answers with something else than the blob ${digest}`, {
    expected: `${size} bytes, ${digest}`,
    found,
  })
}
