import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificateToPem } from '@mse/attest'
import { startEnclave } from '../../testing/make-believe-enclave.ts'
import { refusal } from '../../testing/refuses.ts'
import { imageOf, pullInto, pushTo, registryOptions, type ClientOptions } from '../../testing/registry-client.ts'
import { serveHttp, type Handler, type HttpServer } from '../../testing/serve-http.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Image } from '../layout/open-image.ts'
import { authorise } from './authorise.ts'
import type { Pushed } from './push-image.ts'

/** A registry may be hostile, broken or slow; here it is as each test wants it. */
const folder = temporaryFolder()
const layer = randomBytes(300_000)
const servers: HttpServer[] = []
let image: Image

beforeEach(async () => {
  mkdirSync(join(folder(), 'image'))
  image = await imageOf(join(folder(), 'image'), layer)
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function serve(handler: Handler): Promise<string> {
  const server = await serveHttp(handler)
  servers.push(server)
  return server.host
}

/** A registry that has the image, but for what `special` answers; it says whether it has answered. */
async function registryWith(special: (...given: Parameters<Handler>) => boolean): Promise<string> {
  return serve((request, response, body) => {
    if (special(request, response, body)) return
    const name = request.url?.split('/').at(-1) ?? ''
    if (request.url === '/v2/') response.end('{}')
    else if (request.url?.includes('/manifests/')) {
      response.setHeader('Content-Type', image.mediaType)
      response.end(image.manifestBytes)
    } else void blobFrom(name).then((bytes) => response.end(bytes))
  })
}

async function blobFrom(digest: string): Promise<Buffer> {
  const parts: Buffer[] = []
  const member = await image.layout.open(`blobs/${digest.replace(':', '/')}`)
  for await (const part of member.read()) parts.push(part)
  return Buffer.concat(parts)
}

const pull = (host: string, change: ClientOptions = {}, name = 'hello:1'): Promise<Image> =>
  pullInto(join(folder(), 'pulled'), `${host}/${name}`, change)
const push = (host: string): Promise<Pushed> => pushTo(`${host}/hello:1`, image)

const isLayer = (url: string | undefined): boolean =>
  url?.includes(`/blobs/${image.layers[0]?.descriptor.digest}`) === true
const pulled = (): string[] => readdirSync(join(folder(), 'pulled'), { recursive: true, encoding: 'utf8' })

describe('a registry that answers with something else', () => {
  it('another image than the digest names', async () => {
    const host = await registryWith(() => false)
    const other = `hello@sha256:${'0'.repeat(64)}`
    await expect(pull(host, {}, other)).rejects.toThrow(refusal('image/digest'))
    expect(pulled()).toEqual(['blobs', 'blobs/sha256'])
  })

  it.each<[string, (bytes: Buffer) => Buffer]>([
    [
      'a layer with one other byte',
      (bytes) => Buffer.concat([Buffer.from([bytes[0] === 0 ? 1 : 0]), bytes.subarray(1)]),
    ],
    ['a layer that is shorter', (bytes) => bytes.subarray(1)],
    ['a layer that does not end where it should', (bytes) => Buffer.concat([bytes, bytes])],
    ['an empty layer', () => Buffer.alloc(0)],
  ])('%s', async (_, change) => {
    const host = await registryWith(({ url }, response) => {
      if (isLayer(url)) response.end(change(layer))
      return isLayer(url)
    })
    await expect(pull(host)).rejects.toThrow(refusal('image/digest'))
    expect(pulled().filter((path) => path.includes(createHash('sha256').update(layer).digest('hex')))).toEqual([])
  })

  it('a manifest that does not end', async () => {
    const host = await registryWith(({ url }, response) => {
      const asked = url?.includes('/manifests/') === true
      if (asked) response.end(Buffer.alloc(5 << 20, 0x20))
      return asked
    })
    await expect(pull(host)).rejects.toThrow(refusal('image/too-large'))
  })

  it('a manifest of another media type', async () => {
    const host = await registryWith(({ url }, response) => {
      const asked = url?.includes('/manifests/') === true
      if (asked) response.setHeader('Content-Type', 'text/html').end(image.manifestBytes)
      return asked
    })
    await expect(pull(host)).rejects.toThrow(refusal('image/media-type'))
  })

  it('another digest of what it has kept', async () => {
    const host = await serve(({ method }, response) => {
      response.setHeader('Docker-Content-Digest', `sha256:${'0'.repeat(64)}`)
      response.writeHead(method === 'PUT' ? 201 : 200).end()
    })
    await expect(push(host)).rejects.toThrow(refusal('image/digest'))
  })
})

describe('logins', () => {
  const credentials = { username: 'ada', password: 'correct horse' }
  const basic = `Basic ${Buffer.from('ada:correct horse').toString('base64')}`

  /** A registry that wants tokens of an authorisation server, which writes down how it was asked. */
  async function withTokens(asked: string[], realm?: string): Promise<string> {
    const tokens = await serve(({ url, headers, method }, response, body) => {
      asked.push(`${method} ${url} ${headers.authorization ?? ''}${body.toString()}`)
      response.end('{"token":"TOKEN"}')
    })
    return registryWith(({ headers }, response) => {
      if (headers.authorization === 'Bearer TOKEN') return false
      const challenge = `Bearer realm="${realm ?? `http://${tokens}/token`}",service="here",scope="registry:catalog:*"`
      response.setHeader('WWW-Authenticate', challenge)
      response.writeHead(401).end()
      return true
    })
  }

  it('a token is asked for what is needed, not for what the registry names', async () => {
    const asked: string[] = []
    await pull(await withTokens(asked), { credentials })
    expect(asked[0]).toBe(`GET /token?service=here&scope=repository%3Ahello%3Apull ${basic}`)
  })

  it('a login that is itself a token is exchanged for one', async () => {
    const asked: string[] = []
    await pull(await withTokens(asked), { credentials: { username: '<token>', password: 'REFRESH' } })
    expect(asked[0]).toMatch(/^POST \/token .*grant_type=refresh_token&refresh_token=REFRESH/)
  })

  it('without a login an anonymous token is asked for', async () => {
    const asked: string[] = []
    await pull(await withTokens(asked))
    expect(asked[0]).toMatch(/^GET .* $/)
  })

  it('an authorisation server that is no address', async () => {
    await expect(pull(await withTokens([], 'none'))).rejects.toThrow(refusal('registry/unauthorised'))
  })

  it('a challenge of an unknown kind', async () => {
    const host = await serve((_, response) => {
      response.setHeader('WWW-Authenticate', 'Negotiate').writeHead(401).end()
    })
    await expect(pull(host, { credentials })).rejects.toThrow(refusal('registry/unauthorised'))
  })

  it('a login is not sent over a connection without TLS because a registry with TLS says so', async () => {
    const connection = { ...registryOptions(), plain: false }
    const challenge = 'Bearer realm="http://tokens.example.org/",service="x"'
    await expect(authorise(challenge, 'repository:x:pull', credentials, connection)).rejects.toThrow(
      refusal('registry/insecure'),
    )
  })

  it('a login stays with the registry when it redirects to another place', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = await serve(({ headers }, response) => {
      seen.push(headers.authorization)
      response.end(layer)
    })
    const host = await registryWith(({ url, headers }, response) => {
      if (headers.authorization !== basic) {
        response.setHeader('WWW-Authenticate', 'Basic realm="x"').writeHead(401).end()
        return true
      }
      if (isLayer(url)) response.setHeader('Location', `http://${elsewhere}/layer`).writeHead(307).end()
      return isLayer(url)
    })
    expect((await pull(host, { credentials })).digest).toBe(image.digest)
    expect(seen).toEqual([undefined])
  })
})

describe('a registry that leads elsewhere', () => {
  it('again and again', async () => {
    const host = await registryWith(({ url }, response) => {
      if (isLayer(url))
        response
          .setHeader('Location', url ?? '')
          .writeHead(307)
          .end()
      return isLayer(url)
    })
    await expect(pull(host)).rejects.toThrow(refusal('registry/refused'))
  })

  it('nowhere', async () => {
    const host = await registryWith(({ url }, response) => {
      if (isLayer(url)) response.writeHead(307).end()
      return isLayer(url)
    })
    await expect(pull(host)).rejects.toThrow(refusal('registry/refused'))
  })

  it('from TLS to a place without', async () => {
    const enclave = await startEnclave((socket, request) => {
      const redirect =
        'HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
      socket.end(
        request.includes('/v2/ ') ? 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' : redirect,
      )
    })
    const ca = certificateToPem(enclave.evidence.certificate)
    await expect(pull(`127.0.0.1:${enclave.endpoint.port}`, { ca })).rejects.toThrow(refusal('registry/insecure'))
    await enclave.stop()
  })
})

describe('a registry that fails', () => {
  it('for a while: it is asked again', async () => {
    let failures = 0
    const host = await registryWith(({ url }, response) => {
      if (!isLayer(url) || failures === 3) return false
      failures += 1
      response.writeHead(503).end()
      return true
    })
    expect((await pull(host)).digest).toBe(image.digest)
    expect(failures).toBe(3)
  })

  it('for good', async () => {
    const host = await registryWith(({ url }, response) => {
      if (isLayer(url)) response.writeHead(503).end()
      return isLayer(url)
    })
    await expect(pull(host)).rejects.toThrow(refusal('registry/unavailable'))
  })

  it.each([
    ['knows parts', true],
    ['knows no parts', false],
  ])('in the middle of a layer: the rest comes later, from one that %s', async (_, parts) => {
    const ranges: (string | undefined)[] = []
    const host = await registryWith(({ url, headers }, response) => {
      if (!isLayer(url)) return false
      ranges.push(headers.range)
      const from = parts ? Number(/=(\d+)-/.exec(headers.range ?? '=0-')?.[1]) : 0
      response.writeHead(from === 0 ? 200 : 206, { 'Content-Length': layer.length - from })
      if (ranges.length > 1) response.end(layer.subarray(from))
      else response.write(layer.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
      return true
    })
    expect((await pull(host)).digest).toBe(image.digest)
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
  })

  it('and says why, in its words', async () => {
    const host = await registryWith(({ url }, response) => {
      if (isLayer(url)) response.writeHead(400).end('{"errors":[{"code":"DENIED","message":"closed today"}]}')
      return isLayer(url)
    })
    await expect(pull(host)).rejects.toThrow(refusal('registry/refused', { found: '400: DENIED closed today' }))
  })

  it('is not there', async () => {
    await expect(pull('127.0.0.1:1')).rejects.toThrow(refusal('registry/unreachable'))
  })
})
