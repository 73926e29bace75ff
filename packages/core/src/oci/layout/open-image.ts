import { MseError } from '../../error.ts'
import {
  decodeImageConfig,
  decodeImageIndex,
  decodeManifest,
  documentLimit,
  type Descriptor,
  type ImageConfig,
  type Manifest,
} from '../manifest.ts'
import { configTypes, indexTypes, layerCompressions, manifestTypes } from '../media-types.ts'
import { openBlob, readMember, tooLarge, type Layout } from './layout.ts'
import { verified } from './verified.ts'

/** An image whose documents were read; of its layers nothing was read yet. */
export interface Image {
  readonly layout: Layout
  /** Digest of its manifest. */
  readonly digest: string
  readonly manifest: Manifest
  /** The manifest's exact bytes. */
  readonly manifestBytes: Buffer
  readonly mediaType: string
  /** Digest of its configuration: the same however its layers are compressed. */
  readonly id: string
  readonly config: ImageConfig
  readonly layers: readonly Layer[]
}

export interface Layer {
  readonly descriptor: Descriptor
  readonly compression: 'none' | 'gzip'
  /** Digest of its bytes uncompressed. */
  readonly diffId: string
}

/** The one platform that enclaves run on. */
export const platform = { os: 'linux', architecture: 'amd64' } as const

/**
 * Reads the documents of the one image of a layout, for `linux/amd64` if it has several.
 *
 * @throws MseError `image/layout`, `image/digest`, `image/media-type`, `image/ambiguous`, `image/too-large`
 */
export async function openImage(layout: Layout): Promise<Image> {
  await requireVersion(layout)
  const { manifests } = decodeImageIndex(await readMember(layout, 'index.json', documentLimit))
  return openManifest(layout, await choose(layout, manifests))
}

async function requireVersion(layout: Layout): Promise<void> {
  const text = (await readMember(layout, 'oci-layout', documentLimit)).toString()
  const version = /^\s*\{\s*"imageLayoutVersion"\s*:\s*"([^"]*)"\s*\}\s*$/.exec(text)?.[1]
  if (version === '1.0.0') return
  throw new MseError('image/layout', `${layout.name} is a layout of another version`, {
    expected: 'imageLayoutVersion 1.0.0',
    found: version ?? 'none',
  })
}

async function choose(layout: Layout, manifests: readonly Descriptor[]): Promise<Descriptor> {
  const one = chooseManifest(manifests)
  if (!indexTypes.includes(one.mediaType)) return one
  // An index within the index: what a tag of several platforms looks like. It goes no deeper.
  return chooseManifest(decodeImageIndex(await readDocument(layout, one)).manifests)
}

/** The image for the one platform; an image that names no platform will do if it is the only one. */
export function chooseManifest(manifests: readonly Descriptor[]): Descriptor {
  const named = manifests.filter(
    (one) => one.platform?.os === platform.os && one.platform.architecture === platform.architecture,
  )
  const [found, ...others] = named.length > 0 ? named : manifests.filter((one) => one.platform === undefined)
  if (found !== undefined && others.length === 0) return found
  throw new MseError('image/ambiguous', 'one image is wanted, and which one is not clear', {
    expected: `one image for ${platform.os}/${platform.architecture}`,
    found: `${named.length > 0 ? named.length : others.length + (found === undefined ? 0 : 1)}`,
    next: 'Name one by its digest, or copy one alone.',
  })
}

async function openManifest(layout: Layout, descriptor: Descriptor): Promise<Image> {
  requireType(descriptor.mediaType, manifestTypes)
  const manifestBytes = await readDocument(layout, descriptor)
  const manifest = decodeManifest(manifestBytes)
  if (manifest.mediaType !== undefined) requireType(manifest.mediaType, manifestTypes)
  requireType(manifest.config.mediaType, configTypes)
  const config = decodeImageConfig(await readDocument(layout, manifest.config))
  return {
    layout,
    digest: descriptor.digest,
    manifest,
    manifestBytes,
    mediaType: descriptor.mediaType,
    id: manifest.config.digest,
    config,
    layers: layersOf(manifest, config),
  }
}

function layersOf(manifest: Manifest, config: ImageConfig): Layer[] {
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== manifest.layers.length) {
    throw new MseError('image/layout', 'the manifest and the configuration disagree on the layers', {
      expected: `${manifest.layers.length} layers`,
      found: `${diffIds.length} layers`,
    })
  }
  return manifest.layers.map((descriptor, at) => {
    const compression = layerCompressions.get(descriptor.mediaType)
    if (compression === undefined) throw foreignType(descriptor.mediaType, [...layerCompressions.keys()])
    return { descriptor, compression, diffId: diffIds[at] as string }
  })
}

async function readDocument(layout: Layout, descriptor: Descriptor): Promise<Buffer> {
  if (descriptor.size > documentLimit) throw tooLarge('a document of the image', documentLimit, descriptor.size)
  const parts: Buffer[] = []
  for await (const part of verified(await openBlob(layout, descriptor), descriptor)) parts.push(part)
  return Buffer.concat(parts)
}

function requireType(found: string, known: readonly string[]): void {
  if (!known.includes(found)) throw foreignType(found, known)
}

function foreignType(found: string, known: readonly string[]): MseError {
  return new MseError('image/media-type', 'the image holds something that this version does not read', {
    expected: known.join(', '),
    found,
  })
}
