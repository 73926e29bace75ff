import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { blobPath } from '../../oci/layout/layout.ts'
import { openImage } from '../../oci/layout/open-image.ts'
import { tarLayout } from '../../oci/layout/tar-layout.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { hostilePackage } from '../../testing/hostile-package.ts'
import { rawTar, type RawEntry } from '../../testing/raw-tar.ts'
import { refusal } from '../../testing/refuses.ts'
import type { GivenImage } from '../../testing/write-layout.ts'
import { blobOf } from './describe-image.ts'

/** The documents and blobs of a layout, as a folder and as an archive. */
const { at, check, good, hostile } = hostilePackage()

describe('documents and blobs', () => {
  const flip = (path: string): void => {
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
    writeFileSync(path, bytes)
  }

  it.each(['manifest', 'configuration', 'layer'])('a %s with one other byte', async (which) => {
    hostile()
    const index = JSON.parse(readFileSync(at('hostile/index.json'), 'utf8')) as { manifests: { digest: string }[] }
    const manifest = index.manifests[0]?.digest as string
    const { config } = JSON.parse(readFileSync(at('hostile', blobPath(manifest)), 'utf8')) as {
      config: { digest: string }
    }
    const digest = { manifest, configuration: config.digest, layer: blobOf(good[1]).digest }[which] as string
    flip(at('hostile', blobPath(digest)))
    await expect(check()).rejects.toThrow(refusal('image/digest'))
  })

  it('a blob that is shorter than the manifest says', async () => {
    hostile()
    writeFileSync(at('hostile', blobPath(blobOf(good[1]).digest)), good[1].subarray(512))
    await expect(check()).rejects.toThrow(refusal('image/digest'))
  })

  it('a blob that is missing', async () => {
    hostile()
    rmSync(at('hostile', blobPath(blobOf(good[1]).digest)))
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })

  it('a blob that is a link out of the layout', async () => {
    hostile()
    const path = at('hostile', blobPath(blobOf(good[1]).digest))
    rmSync(path)
    writeFileSync(at('outside'), good[1])
    symlinkSync(at('outside'), path)
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })

  it('a blob that is a pipe: it is not waited for', { timeout: 5_000 }, async () => {
    hostile()
    const path = at('hostile', blobPath(blobOf(good[1]).digest))
    rmSync(path)
    execFileSync('mkfifo', [path])
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })

  const zeros = `sha256:${'0'.repeat(64)}`
  it.each<[string, string, Partial<GivenImage>]>([
    ['an index that is no index', 'image/layout', { index: { manifests: 'none' } }],
    ['a manifest of another version', 'image/layout', { manifest: { schemaVersion: 1 } }],
    ['a manifest of another media type', 'image/media-type', { manifest: { mediaType: 'application/json' } }],
    [
      'a digest with a path in it',
      'image/layout',
      { index: { manifests: [{ mediaType: mediaTypes.manifest, digest: 'sha256:../../../etc/passwd', size: 1 }] } },
    ],
    [
      'a digest of a broken algorithm',
      'image/layout',
      {
        index: {
          manifests: [{ mediaType: mediaTypes.manifest, digest: 'md5:d41d8cd98f00b204e9800998ecf8427e', size: 1 }],
        },
      },
    ],
    [
      'two images',
      'image/ambiguous',
      {
        index: {
          manifests: [
            { mediaType: mediaTypes.manifest, digest: zeros, size: 1 },
            { mediaType: mediaTypes.manifest, digest: zeros, size: 1 },
          ],
        },
      },
    ],
    ['no image', 'image/ambiguous', { index: { manifests: [] } }],
    [
      'an image of another platform only',
      'image/ambiguous',
      {
        index: {
          manifests: [
            {
              mediaType: mediaTypes.manifest,
              digest: zeros,
              size: 1,
              platform: { os: 'linux', architecture: 'arm64' },
            },
          ],
        },
      },
    ],
    [
      'a layer that lies elsewhere',
      'image/media-type',
      {
        layers: [{ bytes: Buffer.alloc(1024), mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }],
      },
    ],
    [
      'a layer compressed with zstd',
      'image/media-type',
      { layers: [{ bytes: Buffer.alloc(1024), mediaType: `${mediaTypes.layer}+zstd` }] },
    ],
    [
      'a configuration that is none',
      'image/media-type',
      { manifest: { config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: zeros, size: 2 } } },
    ],
    ['a configuration with fewer layers', 'image/layout', { config: { rootfs: { type: 'layers', diff_ids: [] } } }],
    [
      'a configuration that names other layers',
      'image/digest',
      { config: { rootfs: { type: 'layers', diff_ids: [zeros, zeros, zeros] } } },
    ],
    ['an image that is no package', 'image/layout', { layers: [{ bytes: Buffer.alloc(1024) }] }],
    [
      'a fingerprint that is not the package’s',
      'image/annotation',
      { annotations: { 'vnd.mse.fingerprint.software': '00'.repeat(32) } },
    ],
    ['an owner who is not the package’s', 'image/annotation', { annotations: { 'vnd.mse.owner': '00'.repeat(32) } }],
  ])('%s', async (_, code, change) => {
    hostile(change)
    await expect(check()).rejects.toThrow(refusal(code))
  })

  it('a layout of another version', async () => {
    hostile()
    writeFileSync(at('hostile/oci-layout'), '{"imageLayoutVersion":"2.0.0"}')
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })

  it('an empty index.json', async () => {
    hostile()
    writeFileSync(at('hostile/index.json'), '')
    await expect(check()).rejects.toThrow(refusal('image/layout'))
  })
})

describe('an archive of a layout', () => {
  const archive = (entries: readonly RawEntry[]): string => {
    writeFileSync(at('hostile.tar'), rawTar(entries))
    return at('hostile.tar')
  }
  const layout: RawEntry = { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' }

  it.each<[string, string, RawEntry[]]>([
    ['with two members of one name', 'image/duplicate', [layout, layout]],
    ['with a hard link', 'image/entry', [layout, { name: 'index.json', flag: '1', link: '/etc/passwd' }]],
    ['with a device', 'image/entry', [layout, { name: 'index.json', flag: '3' }]],
    ['with a member that is missing', 'image/layout', [layout]],
    [
      'with a link out of it in place of a member',
      'image/layout',
      [layout, { name: 'index.json', flag: '2', link: '../../etc/passwd' }],
    ],
    [
      'with more members than anything has',
      'image/too-large',
      Array.from({ length: 10_001 }, (_, n) => ({ name: `blobs/${n}` })),
    ],
  ])('%s', async (_, code, entries) => {
    const open = async (): Promise<void> => {
      const layout = await tarLayout(archive(entries))
      try {
        await openImage(layout)
      } finally {
        await layout.close()
      }
    }
    await expect(open()).rejects.toThrow(refusal(code))
  })

  it('that is a pipe: it is not waited for', { timeout: 5_000 }, async () => {
    execFileSync('mkfifo', [at('pipe')])
    await expect(tarLayout(at('pipe'))).rejects.toThrow(refusal('image/unreadable'))
  })
})
