import * as v from 'valibot'
import { createHash } from 'node:crypto'
import { MseError } from '../error.ts'
import { readMember, type Layout } from '../oci/layout/layout.ts'
import { decode, decodeImageConfig, documentLimit } from '../oci/manifest.ts'

/** The image of an archive as `docker save` wrote it before it wrote OCI layouts too, and `podman save` still does. */
export interface ArchivedImage {
  /** Digest of the configuration. */
  readonly id: string
  /** Members of the archive that hold the uncompressed layers, with the digest that each has to have. */
  readonly layers: readonly { readonly member: string; readonly diffId: string }[]
}

const manifests: v.GenericSchema<unknown, { Config: string; Layers: string[] }[]> = v.array(
  v.object({ Config: v.string(), Layers: v.array(v.string()) }),
)

/** @throws MseError `image/layout`, `image/ambiguous` */
export async function openDockerArchive(layout: Layout): Promise<ArchivedImage> {
  const bytes = await readMember(layout, 'manifest.json', documentLimit)
  const [image, ...others] = decode('the manifest.json of an archive', manifests, bytes)
  if (image === undefined || others.length > 0) {
    throw new MseError('image/ambiguous', 'one image is wanted', { expected: '1', found: String(others.length + 1) })
  }
  const config = await readMember(layout, image.Config, documentLimit)
  const diffIds = decodeImageConfig(config).rootfs.diff_ids
  if (diffIds.length !== image.Layers.length) {
    throw new MseError('image/layout', 'manifest and configuration disagree on the layers')
  }
  return {
    id: `sha256:${createHash('sha256').update(config).digest('hex')}`,
    layers: image.Layers.map((member, at) => ({ member, diffId: diffIds[at] as string })),
  }
}
