import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { blobPath } from '../../oci/layout/layout.ts'
import { folderLayout } from '../../oci/layout/folder-layout.ts'
import { openImage } from '../../oci/layout/open-image.ts'
import { tarLayout } from '../../oci/layout/tar-layout.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { tarHeader } from '../../oci/tar/tar-header.ts'
import { pax, rawTar, type RawEntry } from '../../testing/raw-tar.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { put, writeLayout, type GivenImage } from '../../testing/write-layout.ts'
import { writePackage } from '../../testing/write-package.ts'
import type { Artefact } from '../artefact.ts'
import { checkImage, type CheckedPackage } from './check-image.ts'
import { blobOf } from './describe-image.ts'
import { writeImage } from './write-image.ts'

/** A package is somebody else's. Whatever is wrong with its image is found before anything of it is written. */
const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
let artefact: Artefact
/** The layers as they should be: launcher, dependencies, application. */
let good: readonly [Buffer, Buffer, Buffer]

beforeEach(async () => {
  mkdirSync(at('package'))
  artefact = await writePackage(at('package'), {
    'code/app.py.age': 'ciphertext',
    'launcher/__main__.py': 'x = 1\n',
    'requirements.lock': 'flask==3\n',
    'site-packages/flask.py': 'y = 1\n',
  })
  const { layers } = await writeImage(artefact, at('good'))
  const bytes = layers.map(({ digest }) => readFileSync(at('good', blobPath(digest))))
  good = bytes as [Buffer, Buffer, Buffer]
  mkdirSync(at('hostile'))
})

async function check(): Promise<CheckedPackage> {
  return checkImage(await openImage(folderLayout(at('hostile'))))
}

function hostile(change: Partial<GivenImage> = {}): void {
  writeLayout(at('hostile'), { layers: good.map((bytes) => ({ bytes })), ...change })
}

/** The dependencies' layer, with these entries between the folders and the end. */
function withEntries(...entries: RawEntry[]): void {
  const folders = ['opt', 'opt/mse'].map((path) => tarHeader({ path, type: 'directory', size: 0, mode: 0o755 }))
  const bytes = Buffer.concat([...folders, rawTar(entries)])
  hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
}

it('the layers as they should be are a package', async () => {
  hostile()
  expect((await check()).indexBytes).toEqual(artefact.indexBytes)
})

it('so are layers that a tool has compressed on their way', async () => {
  const layers = good.map((bytes) => ({
    bytes: gzipSync(bytes),
    mediaType: `${mediaTypes.layer}+gzip`,
    diffId: blobOf(bytes).digest,
  }))
  hostile({ layers })
  expect((await check()).indexBytes).toEqual(artefact.indexBytes)
})

const inside = 'opt/mse/requirements.lock'

describe('an entry of a layer', () => {
  it.each<[string, string, RawEntry]>([
    ['that climbs out', 'image/path', { name: 'opt/mse/../../etc/passwd' }],
    ['that climbs out from the start', 'image/path', { name: '../opt/mse/x' }],
    ['with an absolute path', 'image/path', { name: '/etc/passwd' }],
    ['with an absolute path into the package', 'image/path', { name: `/${inside}` }],
    ['beside the package', 'image/path', { name: 'etc/passwd' }],
    ['beside the package, with its name as a beginning', 'image/path', { name: 'opt/mse-other' }],
    ['in the place of the package', 'image/path', { name: 'opt/mse' }],
    ['with a dot', 'image/path', { name: './opt/mse/requirements.lock' }],
    ['with a double slash', 'image/path', { name: 'opt/mse//requirements.lock' }],
    ['with a control character', 'image/path', { name: 'opt/mse/\u001b[2J' }],
    ['with a backslash', 'image/path', { name: 'opt/mse/..\\..\\x' }],
    ['that ends like a folder', 'image/path', { name: `${inside}/` }],
    ['that is a link out of it', 'image/entry', { name: inside, flag: '2', link: '/etc/passwd' }],
    ['that is a link within it', 'image/entry', { name: inside, flag: '2', link: 'index.json' }],
    ['that is a link in place of a folder', 'image/entry', { name: 'opt/mse/site-packages', flag: '2', link: '/' }],
    ['that is a hard link', 'image/entry', { name: inside, flag: '1', link: '/etc/shadow' }],
    ['that is a character device', 'image/entry', { name: inside, flag: '3' }],
    ['that is a block device', 'image/entry', { name: inside, flag: '4' }],
    ['that is a pipe', 'image/entry', { name: inside, flag: '6' }],
    ['that belongs into another layer', 'image/entry', { name: 'opt/mse/signature.json', content: 'evil' }],
    [
      'that removes a file of another layer (whiteout), as an engine sees it',
      'package/file-missing',
      { name: 'opt/mse/.wh.code' },
    ],
    ['that runs as its owner', 'image/tar', { name: inside, mode: 0o4755 }],
    ['that everybody may write', 'image/tar', { name: inside, mode: 0o666 }],
    ['that is a folder nobody needs', 'image/tar', { name: 'opt/mse/site-packages/empty/', flag: '5', mode: 0o755 }],
    ['that is a sparse file', 'image/tar', { name: inside, flag: 'S' }],
    ['that is larger than the archive', 'image/tar', { name: inside, content: 'x', size: 1 << 30 }],
  ])('%s', async (_, code, entry) => {
    withEntries(entry)
    await expect(check()).rejects.toThrow(refusal(code))
  })

  it('whose path of pax is another than that of the header', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: 'opt/mse/../../etc/passwd' }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('whose extended header says what needs no saying', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: inside }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('whose name no file system takes', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: `opt/mse/${'a'.repeat(256)}` }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('whose path is longer than any', async () => {
    const path = `opt/mse/${'a/'.repeat(600)}a`
    withEntries({ name: 'pax', flag: 'x', content: pax({ path }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('that stands there twice', async () => {
    withEntries({ name: inside, content: 'one' }, { name: inside, content: 'two' })
    await expect(check()).rejects.toThrow(refusal('image/duplicate'))
  })

  it('out of order', async () => {
    withEntries({ name: inside }, { name: 'opt/mse/a' })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('behind the end', async () => {
    const bytes = Buffer.concat([good[1], rawTar([{ name: 'opt/mse/z' }])])
    hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('zeros behind the end: another spelling of the same layer', async () => {
    const bytes = Buffer.concat([good[1], Buffer.alloc(512)])
    hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })
})

describe('files that the owner did not sign', () => {
  it.each<[string, string, RawEntry[]]>([
    ['one that is missing', 'package/file-missing', []],
    ['one with other bytes', 'package/file-changed', [{ name: inside, content: 'flask==4\n' }]],
    ['one that may be executed', 'package/file-changed', [{ name: inside, content: 'flask==3\n', mode: 0o755 }]],
  ])('%s', async (_, code, entries) => {
    withEntries(...entries)
    await expect(check()).rejects.toThrow(refusal(code))
  })

  it('one that was added', async () => {
    const folders = ['opt', 'opt/mse', 'opt/mse/site-packages']
    const bytes = Buffer.concat([
      ...folders.slice(0, 2).map((path) => tarHeader({ path, type: 'directory', size: 0, mode: 0o755 })),
      exactly(inside, 'flask==3\n'),
      tarHeader({ path: folders[2] as string, type: 'directory', size: 0, mode: 0o755 }),
      exactly('opt/mse/site-packages/flask.py', 'y = 1\n'),
      exactly('opt/mse/site-packages/sitecustomize.py', 'evil\n'),
      Buffer.alloc(1024),
    ])
    hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('package/file-added'))
  })

  it('an index of another owner', async () => {
    mkdirSync(at('other'))
    const other = await writePackage(at('other'), { 'code/app.py.age': 'ciphertext' })
    writeFileSync(at('package/index.json'), other.indexBytes)
    const { layers } = await writeImage({ ...other, directory: at('package') }, at('mixed'))
    const bytes = layers.map(({ digest }) => ({ bytes: readFileSync(at('mixed', blobPath(digest))) }))
    hostile({ layers: bytes })
    await expect(check()).rejects.toThrow(refusal('package/signature'))
  })
})

function exactly(path: string, text: string): Buffer {
  const content = Buffer.from(text)
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return Buffer.concat([tarHeader({ path, type: 'file', size: content.length, mode: 0o644 }), content, padding])
}

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

it('what was not referred to is not looked at, and nothing was written', async () => {
  hostile()
  put(at('hostile'), Buffer.from('unused'))
  const before = readdirSync(folder())
  await check()
  expect(readdirSync(folder())).toEqual(before)
})
