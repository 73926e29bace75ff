import { MseError } from '@mse/core/error'
import type { Layout } from '@mse/core/oci/layout/layout'
import { openRegularFile, readPart } from '@mse/core/oci/layout/regular-file'
import { mediaTypes } from '@mse/core/oci/media-types'
import type { BlobStore } from './blob-store.ts'

/**
 * Blobs that were uploaded, as the OCI image layout of one of them: what opens images of a disk opens these.
 *
 * @throws MseError `operator/no-blob` unless the manifest is there
 */
export async function blobLayout(store: BlobStore, image: string): Promise<Layout> {
  const { complete, size } = await store.state(image)
  if (!complete) throw absent(image)
  const documents: Readonly<Record<string, Buffer>> = {
    'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
    'index.json': Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.index,
        manifests: [{ mediaType: mediaTypes.manifest, digest: image, size }],
      }),
    ),
  }
  return {
    name: image,
    async open(member) {
      const document = documents[member]
      if (document !== undefined) return { size: document.length, read: () => once(document) }
      const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(member)?.[1]
      if (digest === undefined) throw absent(member)
      const path = store.path(`sha256:${digest}`)
      const { file, size } = await openRegularFile(path).catch(() => {
        throw absent(`sha256:${digest}`)
      })
      await file.close()
      return { size, read: () => contentOf(path) }
    },
    close: async () => undefined,
  }
}

async function* contentOf(path: string): AsyncGenerator<Buffer> {
  const { file, size } = await openRegularFile(path)
  try {
    yield* readPart(file, 0, size)
  } finally {
    await file.close()
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

function absent(what: string): MseError {
  return new MseError('operator/no-blob', `${what} was not uploaded, or not wholly`, { next: 'Upload it first.' })
}
