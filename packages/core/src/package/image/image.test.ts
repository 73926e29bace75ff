import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { folderLayout } from '../../oci/layout/folder-layout.ts'
import { openImage } from '../../oci/layout/open-image.ts'
import { tarLayout } from '../../oci/layout/tar-layout.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { writePackage } from '../../testing/write-package.ts'
import type { Artefact } from '../artefact.ts'
import { checkFiles } from '../check-files.ts'
import { openPackage } from '../open.ts'
import { checkImage } from './check-image.ts'
import { packLayout } from './pack-layout.ts'
import { unpackImage } from './unpack-image.ts'
import { writeImage, type WrittenImage } from './write-image.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
let artefact: Artefact
let written: WrittenImage

beforeEach(async () => {
  mkdirSync(at('package'))
  artefact = await writePackage(at('package'), {
    'code/app.py.age': 'ciphertext',
    'code/run.sh': '#!/bin/sh\n',
    [`code/${'deep/'.repeat(50)}döner.py.age`]: 'ciphertext',
    'launcher/__main__.py': 'x = 1\n',
    'requirements.lock': 'flask==3\n',
    'site-packages/flask/__init__.py': '',
  })
  written = await writeImage(artefact, at('layout'))
})

const members = (layout: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(layout, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(layout, path)).isFile())
      .map((path) => [path, readFileSync(join(layout, path), 'latin1')]),
  )

it('a package comes out of its image as it went in', async () => {
  const checked = await checkImage(await openImage(folderLayout(at('layout'))))
  const unpacked = await unpackImage(checked, at('again'))
  expect(unpacked).toEqual({ ...(await openPackage(at('package'))), directory: at('again') })
  await checkFiles(await openPackage(at('again')))
  expect(members(at('again'))).toEqual(members(at('package')))
})

it('the same out of a tar archive of the layout, which has the same bytes each time', async () => {
  await packLayout(at('layout'), at('one.tar'))
  await packLayout(at('layout'), at('two.tar'))
  expect(readFileSync(at('one.tar')).equals(readFileSync(at('two.tar')))).toBe(true)
  const layout = await tarLayout(at('one.tar'))
  const { image, indexBytes } = await checkImage(await openImage(layout))
  expect({ digest: image.digest, indexBytes }).toEqual({ digest: written.digest, indexBytes: artefact.indexBytes })
  await layout.close()
})

it('the same package gives the same bytes, and nothing beside the layout', async () => {
  await writeImage(artefact, at('again'))
  expect(members(at('again'))).toEqual(members(at('layout')))
  const blobs = [...written.layers.map(({ digest }) => digest), written.digest, written.id]
  expect(readdirSync(at('layout/blobs/sha256')).toSorted()).toEqual(blobs.map((one) => one.slice(7)).toSorted())
})

it('a change of the code moves the layer of the application only', async () => {
  mkdirSync(at('changed'))
  const files = {
    'code/app.py.age': 'CIPHERTEXT',
    'launcher/__main__.py': 'x = 1\n',
    'requirements.lock': 'flask==3\n',
  }
  const changed = await writeImage(
    await writePackage(at('changed'), { ...files, 'site-packages/flask/__init__.py': '' }),
    at('changed-layout'),
  )
  const digests = (image: WrittenImage): string[] => image.layers.map(({ digest }) => digest)
  expect(digests(changed).slice(0, 2)).toEqual(digests(written).slice(0, 2))
  expect(digests(changed)[2]).not.toBe(digests(written)[2])
})

it('a file that was changed in the package, as through a link to the cache, is not written into an image', async () => {
  writeFileSync(at('package/site-packages/flask/__init__.py'), 'x')
  await expect(writeImage(artefact, at('again'))).rejects.toThrow(refusal('package/file-changed'))
})
