import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { folderLayout } from '../../oci/layout/folder-layout.ts'
import { blobPath } from '../../oci/layout/layout.ts'
import { openImage } from '../../oci/layout/open-image.ts'
import type { IndexedPackage } from '../../platform/platform.ts'
import { hostilePackage } from '../../testing/hostile-package.ts'
import { refusal } from '../../testing/refuses.ts'
import { writePackage } from '../../testing/write-package.ts'
import { peekIndex } from './peek-index.ts'
import { writeImage } from './write-image.ts'

/** An index that is read before anything else is. */
const { at, good, hostile, indexBytes } = hostilePackage()

const peek = async (): Promise<IndexedPackage> => peekIndex(await openImage(folderLayout(at('hostile'))))

it('is the one that its owner has signed', async () => {
  hostile()
  expect((await peek()).indexBytes).toEqual(indexBytes())
})

describe('is refused', () => {
  it('when another owner has signed it', async () => {
    mkdirSync(at('other'))
    const other = await writePackage(at('other'), { 'code/app.py.age': 'ciphertext' })
    writeFileSync(at('package/index.json'), other.indexBytes)
    const { layers } = await writeImage({ ...other, directory: at('package') }, at('mixed'))
    hostile({ layers: layers.map(({ digest }) => ({ bytes: readFileSync(at('mixed', blobPath(digest))) })) })
    await expect(peek()).rejects.toThrow(refusal('package/signature'))
  })

  it('of an image that has none', async () => {
    hostile({ layers: [{ bytes: good[0] }, { bytes: good[1] }, { bytes: good[1] }] })
    await expect(peek()).rejects.toThrow(refusal('image/layout'))
  })

  it('of an image of other layers', async () => {
    hostile({ layers: [{ bytes: good[2] }] })
    await expect(peek()).rejects.toThrow(refusal('image/layout'))
  })

  it('of a layer that is damaged', async () => {
    hostile()
    const { layers } = await openImage(folderLayout(at('hostile')))
    writeFileSync(at('hostile', blobPath(layers[2]?.descriptor.digest as string)), Buffer.alloc(good[2].length, 1))
    await expect(peek()).rejects.toThrow(refusal('image/tar'))
  })
})
