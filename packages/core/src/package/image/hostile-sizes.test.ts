import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { mediaTypes } from '../../oci/media-types.ts'
import { hostilePackage } from '../../testing/hostile-package.ts'
import { refusal } from '../../testing/refuses.ts'
import { blobOf } from './describe-image.ts'

/** What is small on its way and large when it is opened, or says that it is. */
const { check, good, hostile } = hostilePackage()

describe('bombs', () => {
  const gzipped = `${mediaTypes.layer}+gzip`

  it('a layer that becomes a thousand times larger', async () => {
    const bytes = gzipSync(Buffer.alloc(64 << 20))
    hostile({ layers: [{ bytes: good[0] }, { bytes, mediaType: gzipped }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/too-large'))
  })

  it('a layer that is not gzip', async () => {
    hostile({ layers: [{ bytes: good[0] }, { bytes: good[1], mediaType: gzipped }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/compression'))
  })

  it('a gzip stream that ends early', async () => {
    const bytes = gzipSync(good[1]).subarray(0, -12)
    hostile({ layers: [{ bytes: good[0] }, { bytes, mediaType: gzipped }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/compression'))
  })

  it('compressed bytes that are not those of the configuration', async () => {
    const bytes = gzipSync(good[1])
    hostile({
      layers: [{ bytes: good[0] }, { bytes, mediaType: gzipped, diffId: blobOf(good[0]).digest }, { bytes: good[2] }],
    })
    await expect(check()).rejects.toThrow(refusal('image/digest'))
  })

  it('a manifest of more than 4 MiB', async () => {
    hostile({ manifest: { annotations: { long: 'a'.repeat(5 << 20) } } })
    await expect(check()).rejects.toThrow(refusal('image/too-large'))
  })

  it('an index that says a manifest has 8 GB', async () => {
    hostile({
      index: { manifests: [{ mediaType: mediaTypes.manifest, digest: `sha256:${'0'.repeat(64)}`, size: 8e9 }] },
    })
    await expect(check()).rejects.toThrow(refusal('image/too-large'))
  })

  it('a thousand layers', async () => {
    hostile({ layers: Array.from({ length: 1000 }, () => ({ bytes: Buffer.alloc(1024) })) })
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })
})
