import { randomBytes } from 'node:crypto'
import { createServer, connect, type AddressInfo, type Server } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Image } from '@mse/core/oci/layout/open-image'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { digestOf } from '../testing/digest-of.ts'
import { startService, type ExampleService } from '../testing/example-service.ts'
import { newLogin } from './login.ts'
import { OperatorClient } from './operator-client.ts'
import { uploadImage } from './upload-image.ts'

const home = temporaryFolder()
let service: ExampleService
let line: Line

beforeEach(async () => {
  service = await startService(home())
  line = await openLine(service.port)
})
afterEach(async () => {
  line.server.close()
  await service.close()
})

const megabytes = 1 << 20
const layer = randomBytes(12 * megabytes)

it('goes on where the service is when the connection breaks', async () => {
  line.cutAfter = 10 * megabytes
  const image = imageOf(layer)
  const uploaded = await uploadImage(await client(), image, () => undefined)
  expect(line.cuts).toBe(1)
  expect(uploaded.digest).toBe(image.digest)
  const token = await service.token()
  const { json } = await service.ask('GET', `/v1/blobs/${digestOf(layer)}`, { token })
  expect(json).toEqual({ complete: true, size: layer.length })
  // From the beginning it would be 10 MB more.
  expect(line.bytes).toBeLessThan(layer.length + 4 * megabytes)
})

it('sends nothing of what is there', async () => {
  await uploadImage(await client(), imageOf(layer), () => undefined)
  line.bytes = 0
  const { sent, kept } = await uploadImage(await client(), imageOf(layer), () => undefined)
  expect(sent).toBe(0)
  expect(kept).toBeGreaterThan(layer.length)
  expect(line.bytes).toBeLessThan(megabytes)
})

it('is refused when its blobs are not what the manifest names', async () => {
  const image = imageOf(layer, randomBytes(layer.length))
  await expect(uploadImage(await client(), image, () => undefined)).rejects.toEqual(refusal('operator/digest'))
})

async function client(): Promise<OperatorClient> {
  const url = new URL(`https://127.0.0.1:${line.port}`)
  const login = newLogin({ url, token: await service.token(), pin: service.pin, authorities: undefined })
  return new OperatorClient(login, new AbortController().signal)
}

interface Line {
  readonly server: Server
  readonly port: number
  /** Bytes that have gone to the service. */
  bytes: number
  /** The connection that brings this byte is cut, once. */
  cutAfter: number
  cuts: number
}

/** A line to the service that can break; it sees ciphertext. */
async function openLine(to: number): Promise<Line> {
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    for (const side of [near, far]) side.on('error', end).on('close', end)
    near.on('data', (part: Buffer) => {
      opened.bytes += part.length
      if (opened.bytes > opened.cutAfter) {
        opened.cutAfter = Number.POSITIVE_INFINITY
        opened.cuts += 1
        end()
      } else far.write(part)
    })
    far.on('data', (part: Buffer) => near.write(part))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const opened: Line = { server, port, bytes: 0, cutAfter: Number.POSITIVE_INFINITY, cuts: 0 }
  return opened
}

/** An image of one layer in memory; `lie` is what is sent in its place. */
function imageOf(layer: Buffer, lie: Buffer = layer): Image {
  const config = Buffer.from('{}')
  const describe = (bytes: Buffer): { mediaType: string; digest: string; size: number } => ({
    mediaType: 'application/octet-stream',
    digest: digestOf(bytes),
    size: bytes.length,
  })
  const manifestBytes = Buffer.from(JSON.stringify({ config: describe(config), layers: [describe(layer)] }))
  const members = new Map([
    [digestOf(layer), lie],
    [digestOf(config), config],
    [digestOf(manifestBytes), manifestBytes],
  ])
  const layout: Image['layout'] = {
    name: 'example',
    async open(member) {
      const bytes = members.get(member.replace('blobs/sha256/', 'sha256:')) as Buffer
      return { size: bytes.length, read: () => blocks(bytes) }
    },
    close: async () => undefined,
  }
  const manifest = { config: describe(config), layers: [describe(layer)] }
  return { layout, digest: digestOf(manifestBytes), mediaType: 'manifest', manifest, manifestBytes } as unknown as Image
}

async function* blocks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += megabytes) yield bytes.subarray(at, at + megabytes)
}
