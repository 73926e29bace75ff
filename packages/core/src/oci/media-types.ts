/** Media types that are written (OCI Image Format 1.1, media-types.md). */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const

/** What a manifest may be called: Docker's names mean the same (Docker Image Manifest V2, Schema 2). */
export const manifestTypes: readonly string[] = [
  mediaTypes.manifest,
  'application/vnd.docker.distribution.manifest.v2+json',
]

export const indexTypes: readonly string[] = [
  mediaTypes.index,
  'application/vnd.docker.distribution.manifest.list.v2+json',
]

export const configTypes: readonly string[] = [mediaTypes.config, 'application/vnd.docker.container.image.v1+json']

/** How the bytes of a layer are compressed, by its media type. What is not here is refused, zstd included. */
export const layerCompressions: ReadonlyMap<string, 'none' | 'gzip'> = new Map([
  [mediaTypes.layer, 'none'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'none'],
  [`${mediaTypes.layer}+gzip`, 'gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip'],
])
