import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { imageOf, pushTo } from '../../testing/registry-client.ts'
import { serveHttp, type HttpServer } from '../../testing/serve-http.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const folder = temporaryFolder()
const layer = randomBytes(33 << 20)
let server: HttpServer
afterEach(() => server.stop())

/** A registry whose connection breaks at the second chunk, of which `kept` bytes have arrived. */
async function pushThrough(kept: number, said = kept): Promise<string> {
  let uploaded = Buffer.alloc(0)
  let broken = false
  let whole = ''
  server = await serveHttp(({ method, url, headers }, response, body) => {
    response.setHeader('Location', `${url?.split('?')[0]}`)
    const done = (status: number): void => void response.writeHead(status).end()
    if (method === 'HEAD') return done(404)
    if (method === 'POST') {
      uploaded = Buffer.alloc(0)
      return void response.setHeader('Location', '/v2/hello/blobs/uploads/one').writeHead(202).end()
    }
    if (method === 'PATCH' && uploaded.length > 0 && !broken) {
      broken = true
      uploaded = Buffer.concat([uploaded, body.subarray(0, kept)])
      return void response.destroy()
    }
    if (method === 'PATCH') {
      if (!headers['content-range']?.startsWith(`${uploaded.length}-`)) return done(416)
      uploaded = Buffer.concat([uploaded, body])
      return done(202)
    }
    if (method === 'GET' && url?.includes('/uploads/')) {
      response.setHeader('Range', `0-${uploaded.length + said - kept - 1}`)
      return done(204)
    }
    if (method === 'PUT' && uploaded.length > 0) whole = createHash('sha256').update(uploaded).digest('hex')
    return done(method === 'PUT' ? 201 : 200)
  })
  mkdirSync(join(folder(), 'image'))
  await pushTo(`${server.host}/hello:1`, await imageOf(join(folder(), 'image'), layer))
  return whole
}

const chunk = 16 << 20

it.each([
  ['not at all', 0],
  ['in part', 1000],
  ['wholly, and only the answer was lost', chunk],
])('a chunk that has arrived %s is finished, not repeated', async (_, kept) => {
  expect(await pushThrough(kept)).toBe(createHash('sha256').update(layer).digest('hex'))
})

it('a registry that says it has more than it was sent', async () => {
  await expect(pushThrough(0, 2 * chunk)).rejects.toThrow(refusal('registry/unreachable'))
})
