import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { blobPath } from '../oci/layout/layout.ts'
import { mediaTypes } from '../oci/media-types.ts'
import { blobOf } from '../package/image/describe-image.ts'

/** One layer of an image, however it is said to be. */
export interface GivenLayer {
  readonly bytes: Uint8Array
  readonly mediaType?: string
  /** Of the uncompressed bytes, if those are others. */
  readonly diffId?: string
}

export interface GivenImage {
  readonly layers: readonly GivenLayer[]
  readonly annotations?: Readonly<Record<string, string>>
  /** Replaces members of the manifest, the configuration, or the index. */
  readonly manifest?: object
  readonly config?: object
  readonly index?: object
}

/** Writes a layout whose digests are right, so that nothing is wrong with it but what is given. */
export function writeLayout(directory: string, given: GivenImage): string {
  const layers = given.layers.map(({ bytes, mediaType = mediaTypes.layer }) => ({
    mediaType,
    ...put(directory, bytes),
  }))
  const config = put(
    directory,
    json({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: given.layers.map(({ bytes, diffId }) => diffId ?? blobOf(bytes).digest) },
      ...given.config,
    }),
  )
  const manifest = put(
    directory,
    json({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, ...config },
      layers,
      ...(given.annotations && { annotations: given.annotations }),
      ...given.manifest,
    }),
  )
  const manifests = [{ mediaType: mediaTypes.manifest, ...manifest }]
  writeFileSync(join(directory, 'index.json'), json({ schemaVersion: 2, manifests, ...given.index }))
  // As `docker save` writes it beside the layout: Docker before version 25 reads nothing else.
  const saved = {
    Config: blobPath(config.digest),
    RepoTags: null,
    Layers: layers.map(({ digest }) => blobPath(digest)),
  }
  writeFileSync(join(directory, 'manifest.json'), json([saved]))
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  return manifest.digest
}

/** Puts a blob into a layout. */
export function put(directory: string, bytes: Uint8Array): { digest: string; size: number } {
  const blob = blobOf(bytes)
  const path = join(directory, blobPath(blob.digest))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return blob
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
