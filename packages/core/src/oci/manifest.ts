import * as v from 'valibot'
import { MseError } from '../error.ts'

/** A blob as another document names it (OCI Image Format 1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 hex digits; no other algorithm is read. */
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly platform?: { readonly os: string; readonly architecture: string } | undefined
}

/** A list of images. */
export interface ImageIndex {
  readonly schemaVersion: 2
  readonly mediaType?: string | undefined
  readonly manifests: readonly Descriptor[]
}

export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string | undefined
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** What of an image's configuration is read. */
export interface ImageConfig {
  readonly architecture: string
  readonly os: string
  /** Digests of the uncompressed layers, in the order of the manifest. */
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] }
}

/** Bytes of a manifest, index or configuration at most: what registries take. */
export const documentLimit: number = 4 << 20

/** More layers than any engine takes. */
const layerLimit = 128

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/))
const version = v.literal(2)
const annotations = v.optional(v.record(v.string(), v.string()))

// Members that are not known are left out: the specification has readers ignore them.
const descriptor: v.GenericSchema<unknown, Descriptor> = v.object({
  mediaType: v.string(),
  digest,
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  annotations,
  platform: v.optional(v.object({ os: v.string(), architecture: v.string() })),
})

const imageIndex: v.GenericSchema<unknown, ImageIndex> = v.object({
  schemaVersion: version,
  mediaType: v.optional(v.string()),
  manifests: v.pipe(v.array(descriptor), v.maxLength(1000)),
})

const manifest: v.GenericSchema<unknown, Manifest> = v.object({
  schemaVersion: version,
  mediaType: v.optional(v.string()),
  config: descriptor,
  layers: v.pipe(v.array(descriptor), v.maxLength(layerLimit)),
  annotations,
})

const imageConfig: v.GenericSchema<unknown, ImageConfig> = v.object({
  architecture: v.string(),
  os: v.string(),
  rootfs: v.object({ type: v.literal('layers'), diff_ids: v.pipe(v.array(digest), v.maxLength(layerLimit)) }),
})

/** @throws MseError `image/layout` */
export function decodeImageIndex(bytes: Uint8Array): ImageIndex {
  return decode('an index of images', imageIndex, bytes)
}

/** @throws MseError `image/layout` */
export function decodeManifest(bytes: Uint8Array): Manifest {
  return decode('a manifest', manifest, bytes)
}

/** @throws MseError `image/layout` */
export function decodeImageConfig(bytes: Uint8Array): ImageConfig {
  return decode('a configuration of an image', imageConfig, bytes)
}

/** @throws MseError `image/layout` for what is no JSON of this shape */
export function decode<T>(what: string, schema: v.GenericSchema<unknown, T>, bytes: Uint8Array): T {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new MseError('image/layout', `${what} that is not JSON`, { cause })
  }
  const parsed = v.safeParse(schema, json)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new MseError('image/layout', `${what} of another shape: ${issue.message}`, {
    found: v.getDotPath(issue) ?? 'the document itself',
  })
}
