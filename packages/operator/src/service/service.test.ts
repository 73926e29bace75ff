import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { startService, type ExampleService } from '../testing/example-service.ts'

/** A real listener; each attack has what it needs of it. */
let home: string
let service: ExampleService
let ada: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'mse-operator-'))
  service = await startService(home, {
    headersTimeout: 1000,
    requestTimeout: 2000,
    handshakeTimeout: 1000,
    part: 1 << 16,
  })
  ada = await service.token()
})
afterAll(async () => {
  await service.close()
  rmSync(home, { recursive: true, force: true })
})

const owners = (): string => join(home, '.local/state/mse/operator/owners')
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const send = (
  token: string,
  digest: string,
  part: Buffer,
  offset: number,
  length: number,
): ReturnType<typeof service.ask> =>
  service.ask('PATCH', `/v1/blobs/${digest}`, {
    token,
    body: part,
    headers: { 'Upload-Offset': String(offset), 'Upload-Length': String(length) },
  })

describe('who asks', () => {
  it.each([
    ['nobody', undefined],
    ['a word', 'hello'],
    ['a token of another shape', 'mse_00_x'],
    ['a token that never was', `mse_${'0'.repeat(12)}_${'A'.repeat(43)}`],
  ])('is refused as %s', async (_name, token) => {
    const { status, code, headers } = await service.ask('GET', '/v1/whoami', { token })
    expect([status, code]).toEqual([401, 'operator/unauthorised'])
    expect(headers['www-authenticate']).toBe('Bearer')
  })

  it('is refused with the id of one token and the secret of another', async () => {
    const [one, other] = [await service.token(), await service.token()]
    const { code } = await service.ask('GET', '/v1/whoami', { token: one.slice(0, 17) + other.slice(17) })
    expect(code).toBe('operator/unauthorised')
  })

  it('is refused when the token has ended, or was revoked', async () => {
    const ended = await service.token({ expires: new Date(Date.now() - 1000) })
    expect((await service.ask('GET', '/v1/whoami', { token: ended })).code).toBe('operator/unauthorised')
    const revoked = await service.token()
    expect((await service.ask('GET', '/v1/whoami', { token: revoked })).status).toBe(200)
    await service.tokens.revoke(revoked.slice(4, 16), new Date())
    expect((await service.ask('GET', '/v1/whoami', { token: revoked })).code).toBe('operator/unauthorised')
  })

  it('with a token for looking can change nothing', async () => {
    const view = await service.token({ role: 'view' })
    expect((await service.ask('GET', '/v1/apps', { token: view })).status).toBe(200)
    const blob = `/v1/blobs/${digestOf(randomBytes(1))}`
    const changes = [
      ['PATCH', blob],
      ['POST', '/v1/apps/a/stop'],
      ['POST', '/v1/apps/a/restart'],
      ['DELETE', '/v1/apps/a'],
      ['POST', '/v1/apps/a/launches'],
    ] as const
    for (const [method, path] of changes) {
      expect((await service.ask(method, path, { token: view })).code, path).toBe('operator/forbidden')
    }
  })

  it('cannot name another owner, unless as an admin', async () => {
    expect((await service.ask('GET', '/v1/apps?owner=bob', { token: ada })).code).toBe('operator/forbidden')
    expect((await service.ask('GET', '/v1/owners', { token: ada })).code).toBe('operator/forbidden')
    const admin = await service.token({ owner: 'root', role: 'admin' })
    expect((await service.ask('GET', '/v1/apps', { token: ada })).status).toBe(200)
    expect((await service.ask('GET', '/v1/apps?owner=ada', { token: admin })).status).toBe(200)
  })

  it('and names an owner who is none makes none', async () => {
    const admin = await service.token({ owner: 'root', role: 'admin' })
    const { status, code } = await service.ask('GET', '/v1/apps?owner=nobody', { token: admin })
    expect([status, code]).toEqual([404, 'operator/no-owner'])
    expect(existsSync(join(owners(), 'nobody'))).toBe(false)
  })

  it.each(['../ada', '..', 'ada/../bob', '', 'A', '.hidden'])(
    'cannot name the folder %j as an owner',
    async (owner) => {
      const admin = await service.token({ owner: 'root', role: 'admin' })
      const { code } = await service.ask('GET', `/v1/apps?owner=${encodeURIComponent(owner)}`, { token: admin })
      expect(code).toBe('operator/malformed')
    },
  )
})

describe('an upload', () => {
  it('arrives in parts, goes on after a broken connection, and is whole', async () => {
    const bytes = randomBytes(100_000)
    const digest = digestOf(bytes)
    expect((await send(ada, digest, bytes.subarray(0, 40_000), 0, bytes.length)).json).toEqual({
      complete: false,
      size: 40_000,
    })
    await breakOff(digest, bytes.subarray(40_000), 60_000, 20_000)
    await expect
      .poll(async () => (await service.ask('GET', `/v1/blobs/${digest}`, { token: ada })).json['size'])
      .toBe(60_000)
    const last = await send(ada, digest, bytes.subarray(60_000), 60_000, bytes.length)
    expect(last.json).toEqual({ complete: true, size: bytes.length })
    expect((await service.ask('GET', `/v1/blobs/${digest}`, { token: ada })).json).toEqual(last.json)
  })

  it('of a blob that somebody is sending already is refused', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    const socket = await dial()
    socket.write(
      `PATCH /v1/blobs/${digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada}\r\n` +
        `Upload-Offset: 0\r\nUpload-Length: 1000\r\nContent-Length: 1000\r\n\r\n`,
    )
    socket.write(bytes.subarray(0, 10))
    const partial = join(owners(), 'ada/uploads', digest.slice(7))
    await expect.poll(() => existsSync(partial)).toBe(true)
    expect((await send(ada, digest, bytes, 0, 1000)).code).toBe('operator/busy')
    socket.write(bytes.subarray(10))
    await expect
      .poll(async () => (await service.ask('GET', `/v1/blobs/${digest}`, { token: ada })).json['complete'])
      .toBe(true)
  })

  it('with other bytes than its digest names is thrown away, and can be sent again', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    const { status, code } = await send(ada, digest, randomBytes(1000), 0, 1000)
    expect([status, code]).toEqual([422, 'operator/digest'])
    expect((await service.ask('GET', `/v1/blobs/${digest}`, { token: ada })).json).toEqual({ complete: false, size: 0 })
    expect((await send(ada, digest, bytes, 0, 1000)).json).toEqual({ complete: true, size: 1000 })
  })

  it('with a gap, or over what is there, is refused', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    await send(ada, digest, bytes.subarray(0, 500), 0, 1000)
    for (const offset of [0, 499, 501]) {
      expect((await send(ada, digest, bytes.subarray(offset), offset, 1000)).code).toBe('operator/offset')
    }
  })

  it('with more bytes than were announced is refused', async () => {
    const bytes = randomBytes(1000)
    expect((await send(ada, digestOf(bytes), bytes, 0, 999)).code).toBe('operator/oversized')
  })

  it('with a part that is too large is refused before it is read', async () => {
    const { status, code } = await send(ada, digestOf(randomBytes(1)), randomBytes((1 << 16) + 1), 0, 1 << 20)
    expect([status, code]).toEqual([413, 'operator/oversized'])
  })

  it('that a quota has no room for is refused before it is read', async () => {
    const { status, code } = await send(ada, digestOf(randomBytes(1)), randomBytes(10), 0, 2 ** 31)
    expect([status, code]).toEqual([403, 'operator/quota'])
  })

  it('is not there for another owner, who learns nothing of it', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    await send(ada, digest, bytes, 0, 1000)
    const bob = await service.token({ owner: 'bob' })
    expect((await service.ask('GET', `/v1/blobs/${digest}`, { token: bob })).json).toEqual({ complete: false, size: 0 })
  })

  it.each(['sha256:..%2F..%2Ftokens', `sha512:${'a'.repeat(64)}`, `sha256:${'A'.repeat(64)}`, '%2e%2e'])(
    'to the digest %s is refused, and no file is made of it',
    async (digest) => {
      const before = readdirSync(owners(), { recursive: true }).length
      const { status, code } = await send(ada, digest, Buffer.from('x'), 0, 1)
      expect(['operator/malformed', 'operator/no-route']).toContain(code)
      expect(status).toBeLessThan(500)
      expect(readdirSync(owners(), { recursive: true })).toHaveLength(before)
    },
  )

  it.each([
    ['no offset', { 'Upload-Length': '1' }],
    ['no length', { 'Upload-Offset': '0' }],
    ['a negative offset', { 'Upload-Offset': '-1', 'Upload-Length': '1' }],
    ['an offset that is no number', { 'Upload-Offset': '1e3', 'Upload-Length': '1' }],
  ])('with %s is refused', async (_name, headers) => {
    const { code } = await service.ask('PATCH', `/v1/blobs/${digestOf(randomBytes(1))}`, {
      token: ada,
      body: 'x',
      headers,
    })
    expect(code).toBe('operator/malformed')
  })

  /** Announces `length` bytes from an offset of 40,000 on, sends some, and hangs up. */
  async function breakOff(digest: string, bytes: Buffer, length: number, sent: number): Promise<void> {
    const socket = await dial()
    socket.write(
      `PATCH /v1/blobs/${digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada}\r\n` +
        `Upload-Offset: 40000\r\nUpload-Length: 100000\r\nContent-Length: ${length}\r\n\r\n`,
    )
    socket.write(bytes.subarray(0, sent))
    const partial = join(owners(), 'ada/uploads', digest.slice(7))
    await expect.poll(() => (existsSync(partial) ? statSync(partial).size : 0)).toBe(60_000)
    socket.destroy()
  }
})

describe('a launch', () => {
  const launch = (body: object, name = 'app'): ReturnType<typeof service.ask> =>
    service.ask('POST', `/v1/apps/${name}/launches`, { token: ada, body: JSON.stringify(body) })
  const request = { image: digestOf(Buffer.from('x')), platform: 'software', names: [], expires: null }

  it('of an image that was never uploaded is refused', async () => {
    expect(await launch(request)).toMatchObject({ status: 409, code: 'operator/no-blob' })
  })

  it('of a blob that is no image is refused', async () => {
    const bytes = Buffer.from('{"not":"a manifest"}')
    await send(ada, digestOf(bytes), bytes, 0, bytes.length)
    expect(await launch({ ...request, image: digestOf(bytes) })).toMatchObject({ status: 422, code: 'image/layout' })
  })

  it.each([
    ['a member that nobody knows', { ...request, environment: { LD_PRELOAD: '/tmp/x' } }],
    ['an address to listen on', { ...request, address: '0.0.0.0' }],
    ['no image', { ...request, image: undefined }],
    ['a name that is none', { ...request, names: ['a b'] }],
    ['17 names', { ...request, names: Array.from({ length: 17 }, () => 'a') }],
  ])('with %s is refused', async (_name, body) => {
    expect(await launch(body)).toMatchObject({ status: 400, code: 'operator/malformed' })
  })

  it('that is over before it begins is refused', async () => {
    expect(await launch({ ...request, expires: '2020-01-01T00:00:00.000Z' })).toMatchObject({ code: 'launch/expires' })
  })

  it('that nobody has begun cannot be settled, renewed or abandoned', async () => {
    const path = `/v1/apps/app/launches/${'0'.repeat(32)}`
    for (const word of ['settle', 'renew']) {
      expect((await service.ask('POST', `${path}/${word}`, { token: ada })).code).toBe('operator/no-launch')
    }
    const body = JSON.stringify({ reason: null })
    expect((await service.ask('POST', `${path}/abandon`, { token: ada, body })).code).toBe('operator/no-launch')
  })
})

describe('a body', () => {
  it('of JSON that is too long is refused, announced or not', async () => {
    const body = JSON.stringify({ reason: 'x'.repeat(70_000) })
    const path = '/v1/apps/app/launches'
    expect(await service.ask('POST', path, { token: ada, body })).toMatchObject({
      status: 413,
      code: 'operator/oversized',
    })
    const chunked = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada}\r\nTransfer-Encoding: chunked\r\n\r\n`
    const socket = await dial()
    socket.write(chunked)
    socket.on('error', () => undefined)
    for (let sent = 0; sent < 100; sent += 1) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it.each(['', '{', '[]', 'null', '"x"', '\uFFFD'])('of %j where JSON of a shape belongs is refused', async (body) => {
    const { code } = await service.ask('POST', '/v1/apps/app/launches', { token: ada, body })
    expect(code).toBe('operator/malformed')
  })
})

describe('whoever is slow, loud or many', () => {
  it('and never finishes a request is cut off', async () => {
    const socket = await dial()
    socket.write('GET /v1/whoami HTTP/1.1\r\nX-Slow: ')
    await ended(socket)
  })

  it('and sends nothing at all is cut off', async () => {
    await ended(await dial())
  })

  it('and does not even begin TLS is cut off', async () => {
    const socket = connectTcp(service.port, '127.0.0.1')
    await ended(socket)
  })

  it('and never finishes a body is cut off', async () => {
    const socket = await dial()
    socket.write(
      `POST /v1/apps/app/launches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada}\r\nContent-Length: 100\r\n\r\n{`,
    )
    await ended(socket)
  })

  it.each(['\0\0\0\0', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`])(
    'and speaks no HTTP (%#) is cut off, and others are served',
    async (garbage) => {
      const socket = await dial()
      socket.write(garbage)
      await ended(socket)
      expect((await service.ask('GET', '/v1/whoami', { token: ada })).status).toBe(200)
    },
  )

  it('and asks for paths that there are none of learns nothing, and is slowed down', async () => {
    const stranger = '127.0.0.9'
    const codes = new Set<string | undefined>()
    for (let asked = 0; asked < 150; asked += 1) {
      const path = `/${randomBytes(4).toString('hex')}`
      codes.add((await service.ask('GET', path, { from: stranger })).code)
    }
    expect(codes).toEqual(new Set(['operator/no-route', 'operator/too-many']))
    expect((await service.ask('GET', '/v1/whoami', { token: ada })).status).toBe(200)
  })

  it('and tries tokens is slowed down, and who has one is not', async () => {
    const stranger = '127.0.0.10'
    const codes: (string | undefined)[] = []
    for (let asked = 0; asked < 150; asked += 1) {
      const token = `mse_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`
      codes.push((await service.ask('GET', '/v1/whoami', { token, from: stranger })).code)
    }
    expect(codes).toContain('operator/too-many')
    expect((await service.ask('GET', '/v1/whoami', { token: ada, from: stranger })).status).toBe(200)
  })

  it('and takes many connections leaves some for others', async () => {
    const sockets = Array.from({ length: 400 }, () =>
      connectTcp({ port: service.port, host: '127.0.0.1', localAddress: '127.0.0.11' }),
    )
    for (const socket of sockets) socket.on('error', () => undefined)
    try {
      expect((await service.ask('GET', '/v1/whoami', { token: ada })).status).toBe(200)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
})

it('says what it takes: every path of the document answers, and nothing else does', async () => {
  const { json } = await service.ask('GET', '/v1/openapi.json')
  expect(json['openapi']).toBe('3.1.0')
  for (const [path, operations] of Object.entries(json['paths'] as Record<string, object>)) {
    for (const method of Object.keys(operations)) {
      const filled = path.replaceAll(/\{\w+\}/g, 'x')
      expect((await service.ask(method.toUpperCase(), filled, { token: ada })).code, path).not.toBe('operator/no-route')
    }
  }
})

async function dial(): Promise<TLSSocket> {
  const socket = connect({ port: service.port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  return socket
}

async function ended(socket: {
  once(event: 'close', listener: () => void): unknown
  resume(): unknown
  on(event: 'error', listener: () => void): unknown
}): Promise<void> {
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise<void>((resolve) => socket.once('close', resolve))
}

async function answerOf(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (part) => resolve(String(part))))
}
