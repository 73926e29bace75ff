import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { imageOf, pullInto } from '../../testing/registry-client.ts'
import { refusal } from '../../testing/refuses.ts'
import { serveHttp, type HttpServer } from '../../testing/serve-http.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { blobPath } from '../layout/layout.ts'
import type { Image } from '../layout/open-image.ts'
import { BlobStore } from '../store/blob-store.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
const [dependencies, code, newCode] = [randomBytes(300_000), randomBytes(1000), randomBytes(1000)]
let server: HttpServer
let images: readonly Image[]
let store: BlobStore
/** Digests of the blobs that have travelled. */
let travelled: string[]

beforeEach(async () => {
  for (const name of ['store', 'one', 'two']) mkdirSync(at(name))
  store = new BlobStore(at('store'), 0)
  images = [await imageOf(at('one'), dependencies, code), await imageOf(at('two'), dependencies, newCode)]
  travelled = []
  server = await serveHttp(({ url = '' }, response) => {
    const name = url.split('/').at(-1) as string
    if (url === '/v2/') return void response.end('{}')
    const image = images[Number(name) - 1]
    if (image !== undefined) {
      response.setHeader('Content-Type', image.mediaType)
      return void response.end(image.manifestBytes)
    }
    travelled.push(name)
    const from = images.findIndex(({ manifest }) =>
      [manifest.config, ...manifest.layers].some(({ digest }) => digest === name),
    )
    return void response.end(readFileSync(at(['one', 'two'][from] as string, blobPath(name))))
  })
})
afterEach(() => server.stop())

const pull = (tag: number, to: string): Promise<Image> => pullInto(at(to), `${server.host}/hello:${tag}`, { store })
const layersOf = ({ layers }: Image): string[] => layers.map(({ descriptor }) => descriptor.digest)

it('a second image with the same dependencies moves its configuration and the layer that has changed', async () => {
  await pull(1, 'first')
  travelled = []
  const image = await pull(2, 'second')
  expect(travelled).toEqual([image.id, layersOf(image)[1]])
  expect(readFileSync(at('second', blobPath(layersOf(image)[0] as string))).equals(dependencies)).toBe(true)
})

it('what somebody has written into an image that was pulled does not come out of the store', async () => {
  const [digest] = layersOf(await pull(1, 'first'))
  writeFileSync(at('first', blobPath(digest as string)), randomBytes(dependencies.length))
  const image = await pull(2, 'second')
  expect(travelled.filter((name) => name === digest)).toHaveLength(2)
  expect(readFileSync(at('second', blobPath(layersOf(image)[0] as string))).equals(dependencies)).toBe(true)
})

it('what a registry has exchanged is not remembered', async () => {
  const path = at('one', blobPath(layersOf(images[0] as Image)[0] as string))
  writeFileSync(path, 'evil')
  await expect(pull(1, 'first')).rejects.toThrow(refusal('image/digest'))
  writeFileSync(path, dependencies)
  const image = await pull(1, 'second')
  expect(readFileSync(at('second', blobPath(layersOf(image)[0] as string))).equals(dependencies)).toBe(true)
})
