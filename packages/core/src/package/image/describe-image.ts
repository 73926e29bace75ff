import { createHash } from 'node:crypto'
import { blobPath } from '../../oci/layout/layout.ts'
import { platform } from '../../oci/layout/open-image.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { slugOf } from '../../state/paths.ts'
import { canonicalJson, type Json } from '../canonical-json.ts'
import { softwareFingerprint } from '../fingerprint.ts'
import type { Index } from '../index-file.ts'
import { layerNames } from './layers.ts'

/** Digest and size of a blob. */
export interface Blob {
  readonly digest: string
  readonly size: number
}

/** The documents around the layers of a package, ready to be written. */
export interface DescribedImage {
  /** Digest of the manifest: that of the image. */
  readonly digest: string
  /** Digest of the configuration. */
  readonly id: string
  /** Every member of the layout but the layers, by path. */
  readonly members: Readonly<Record<string, Buffer>>
}

/**
 * The configuration, manifest and index of a package's image (spec/2-package.md, "Image"). A function of the package alone: nothing
 * says when, where or by whom it was made.
 */
export function describeImage(index: Index, indexBytes: Uint8Array, layers: readonly Blob[]): DescribedImage {
  const annotations = annotationsOf(index, indexBytes)
  const config = encode({
    ...platform,
    config: { Labels: annotations },
    history: layerNames.map((name) => ({ created_by: `mse package: ${name}` })),
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const manifest = encode({
    annotations,
    config: describe(mediaTypes.config, blobOf(config)),
    layers: layers.map((layer) => describe(mediaTypes.layer, layer)),
    mediaType: mediaTypes.manifest,
    schemaVersion: 2,
  })
  const reference = `${repositoryName(index.configuration.name)}:${softwareFingerprint(indexBytes).slice(0, 16)}`
  const ociIndex = encode({
    manifests: [
      {
        ...describe(mediaTypes.manifest, blobOf(manifest)),
        annotations: { 'org.opencontainers.image.ref.name': reference },
        platform: { ...platform },
      },
    ],
    mediaType: mediaTypes.index,
    schemaVersion: 2,
  })
  const { digest } = blobOf(manifest)
  const { digest: id } = blobOf(config)
  return {
    digest,
    id,
    members: {
      [blobPath(id)]: config,
      [blobPath(digest)]: manifest,
      'index.json': ociIndex,
      'oci-layout': encode({ imageLayoutVersion: '1.0.0' }),
    },
  }
}

/** For people and tools that list images; whoever opens a package compares them with what it holds. */
export function annotationsOf(index: Index, indexBytes: Uint8Array): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': index.configuration.name,
    'vnd.mse.fingerprint.software': softwareFingerprint(indexBytes),
    'vnd.mse.owner': index.owner,
  }
}

/** What a repository may be called: no `-` at an end, and something at all. */
function repositoryName(name: string): string {
  return slugOf(name).replace(/-+$/, '') || 'application'
}

export function blobOf(bytes: Uint8Array): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length }
}

function describe(mediaType: string, { digest, size }: Blob): Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  return { mediaType, digest, size }
}

function encode(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value as Json))
}
