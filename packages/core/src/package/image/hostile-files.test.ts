import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { blobPath } from '../../oci/layout/layout.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { tarHeader } from '../../oci/tar/tar-header.ts'
import { hostilePackage, inside } from '../../testing/hostile-package.ts'
import type { RawEntry } from '../../testing/raw-tar.ts'
import { refusal } from '../../testing/refuses.ts'
import { put } from '../../testing/write-layout.ts'
import { writePackage } from '../../testing/write-package.ts'
import { blobOf } from './describe-image.ts'
import { writeImage } from './write-image.ts'

/** Files of a package against what its owner has signed, once its image can be read. */
const { at, check, folder, good, hostile, indexBytes, withEntries } = hostilePackage()

it('the layers as they should be are a package', async () => {
  hostile()
  expect((await check()).indexBytes).toEqual(indexBytes())
})

it('so are layers that a tool has compressed on their way', async () => {
  const layers = good.map((bytes) => ({
    bytes: gzipSync(bytes),
    mediaType: `${mediaTypes.layer}+gzip`,
    diffId: blobOf(bytes).digest,
  }))
  hostile({ layers })
  expect((await check()).indexBytes).toEqual(indexBytes())
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

it('what was not referred to is not looked at, and nothing was written', async () => {
  hostile()
  put(at('hostile'), Buffer.from('unused'))
  const before = readdirSync(folder())
  await check()
  expect(readdirSync(folder())).toEqual(before)
})
