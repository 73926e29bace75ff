import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { blobPath } from '../../oci/layout/layout.ts'
import { BlobStore } from '../../oci/store/blob-store.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { writePackage } from '../../testing/write-package.ts'
import type { Artefact } from '../artefact.ts'
import type { InstalledSet } from '../dependencies/dependencies.ts'
import { dependencyLayer } from './dependency-layer.ts'
import { writeImage } from './write-image.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
let artefact: Artefact
let store: BlobStore
/** Digest of the image that is written from the whole package, without any cache. */
let expected: string

beforeEach(async () => {
  for (const name of ['package', 'set', 'blobs']) mkdirSync(at(name))
  artefact = await writePackage(at('package'), {
    'code/app.py.age': 'ciphertext',
    'launcher/__main__.py': 'x = 1\n',
    'requirements.lock': 'flask==3\n',
    'site-packages/flask.py': 'y = 1\n',
  })
  expected = (await writeImage(artefact, at('whole'))).digest
  rmSync(at('package/site-packages'), { recursive: true })
  writeFileSync(at('set/flask.py'), 'y = 1\n')
  store = new BlobStore(at('blobs'), 0)
})

async function image(name: string, given: BlobStore | undefined = store): Promise<string> {
  const dependencies = { directory: at('set') } as InstalledSet
  const maker = dependencyLayer(dependencies, at('package'), given)
  const { digest, layers } = await writeImage(artefact, at(name), { dependencies: maker })
  const layer = layers[1]?.digest as string
  expect(readFileSync(at(name, blobPath(layer))).equals(readFileSync(at('whole', blobPath(layer))))).toBe(true)
  return digest
}

it('an image has the same digest with a cold cache, a warm one, and none', async () => {
  expect([await image('none', undefined), await image('cold'), await image('warm')]).toEqual([
    expected,
    expected,
    expected,
  ])
})

it('a warm one reads no installed file', async () => {
  await image('cold')
  rmSync(at('set'), { recursive: true })
  expect(await image('warm')).toBe(expected)
})

it('a layer that was changed in an image made earlier, which shares it, is made again', async () => {
  await image('cold')
  const { layers } = JSON.parse(readFileSync(at('cold', blobPath(expected)), 'utf8')) as {
    layers: { digest: string }[]
  }
  writeFileSync(at('cold', blobPath(layers[1]?.digest as string)), Buffer.alloc(2048))
  expect(await image('again')).toBe(expected)
})

it.each(['', '{"digest":"sha256:..","size":1}', '[]'])('a note of a layer that reads %j is no note', async (text) => {
  await image('cold')
  const [name] = readdirSync(at('blobs/layers'))
  writeFileSync(at('blobs/layers', name as string), text)
  expect(await image('again')).toBe(expected)
})

it('an installed file that was changed or removed in the cache is the fault of the cache', async () => {
  writeFileSync(at('set/flask.py'), 'z = 1\n')
  await expect(image('changed')).rejects.toThrow(refusal('dependencies/cache-damaged'))
  rmSync(at('set/flask.py'))
  await expect(image('removed')).rejects.toThrow(refusal('dependencies/cache-damaged'))
})
