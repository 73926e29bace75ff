import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../testing/digest-of.ts'
import { impatientService } from '../testing/impatient-service.ts'
import { dial } from '../testing/raw-connection.ts'

const at = impatientService()
const owners = (): string => join(at.home, '.local/state/mse/operator/owners')
const send = (
  token: string,
  digest: string,
  part: Buffer,
  offset: number,
  length: number,
): ReturnType<typeof at.service.ask> =>
  at.service.ask('PATCH', `/v1/blobs/${digest}`, {
    token,
    body: part,
    headers: { 'Upload-Offset': String(offset), 'Upload-Length': String(length) },
  })

describe('an upload', () => {
  it('arrives in parts, goes on after a broken connection, and is whole', async () => {
    const bytes = randomBytes(100_000)
    const digest = digestOf(bytes)
    expect((await send(at.ada, digest, bytes.subarray(0, 40_000), 0, bytes.length)).json).toEqual({
      complete: false,
      size: 40_000,
    })
    await breakOff(digest, bytes.subarray(40_000), 60_000, 20_000)
    await expect
      .poll(async () => (await at.service.ask('GET', `/v1/blobs/${digest}`, { token: at.ada })).json['size'])
      .toBe(60_000)
    const last = await send(at.ada, digest, bytes.subarray(60_000), 60_000, bytes.length)
    expect(last.json).toEqual({ complete: true, size: bytes.length })
    expect((await at.service.ask('GET', `/v1/blobs/${digest}`, { token: at.ada })).json).toEqual(last.json)
  })

  it('of a blob that somebody is sending already is refused', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    const socket = await dial(at.service.port)
    socket.write(
      `PATCH /v1/blobs/${digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.ada}\r\n` +
        `Upload-Offset: 0\r\nUpload-Length: 1000\r\nContent-Length: 1000\r\n\r\n`,
    )
    socket.write(bytes.subarray(0, 10))
    const partial = join(owners(), 'ada/uploads', digest.slice(7))
    await expect.poll(() => existsSync(partial)).toBe(true)
    expect((await send(at.ada, digest, bytes, 0, 1000)).code).toBe('operator/busy')
    socket.write(bytes.subarray(10))
    await expect
      .poll(async () => (await at.service.ask('GET', `/v1/blobs/${digest}`, { token: at.ada })).json['complete'])
      .toBe(true)
  })

  it('with other bytes than its digest names is thrown away, and can be sent again', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    const { status, code } = await send(at.ada, digest, randomBytes(1000), 0, 1000)
    expect([status, code]).toEqual([422, 'operator/digest'])
    expect((await at.service.ask('GET', `/v1/blobs/${digest}`, { token: at.ada })).json).toEqual({
      complete: false,
      size: 0,
    })
    expect((await send(at.ada, digest, bytes, 0, 1000)).json).toEqual({ complete: true, size: 1000 })
  })

  it('with a gap, or over what is there, is refused', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    await send(at.ada, digest, bytes.subarray(0, 500), 0, 1000)
    for (const offset of [0, 499, 501]) {
      expect((await send(at.ada, digest, bytes.subarray(offset), offset, 1000)).code).toBe('operator/offset')
    }
  })

  it('with more bytes than were announced is refused', async () => {
    const bytes = randomBytes(1000)
    expect((await send(at.ada, digestOf(bytes), bytes, 0, 999)).code).toBe('operator/oversized')
  })

  it('with a part that is too large is refused before it is read', async () => {
    const { status, code } = await send(at.ada, digestOf(randomBytes(1)), randomBytes((1 << 16) + 1), 0, 1 << 20)
    expect([status, code]).toEqual([413, 'operator/oversized'])
  })

  it('that a quota has no room for is refused before it is read', async () => {
    const { status, code } = await send(at.ada, digestOf(randomBytes(1)), randomBytes(10), 0, 2 ** 31)
    expect([status, code]).toEqual([403, 'operator/quota'])
  })

  it('is not there for another owner, who learns nothing of it', async () => {
    const bytes = randomBytes(1000)
    const digest = digestOf(bytes)
    await send(at.ada, digest, bytes, 0, 1000)
    const bob = await at.service.token({ owner: 'bob' })
    expect((await at.service.ask('GET', `/v1/blobs/${digest}`, { token: bob })).json).toEqual({
      complete: false,
      size: 0,
    })
  })

  it.each(['sha256:..%2F..%2Ftokens', `sha512:${'a'.repeat(64)}`, `sha256:${'A'.repeat(64)}`, '%2e%2e'])(
    'to the digest %s is refused, and no file is made of it',
    async (digest) => {
      const before = readdirSync(owners(), { recursive: true }).length
      const { status, code } = await send(at.ada, digest, Buffer.from('x'), 0, 1)
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
    const { code } = await at.service.ask('PATCH', `/v1/blobs/${digestOf(randomBytes(1))}`, {
      token: at.ada,
      body: 'x',
      headers,
    })
    expect(code).toBe('operator/malformed')
  })

  /** Announces `length` bytes from an offset of 40,000 on, sends some, and hangs up. */
  async function breakOff(digest: string, bytes: Buffer, length: number, sent: number): Promise<void> {
    const socket = await dial(at.service.port)
    socket.write(
      `PATCH /v1/blobs/${digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.ada}\r\n` +
        `Upload-Offset: 40000\r\nUpload-Length: 100000\r\nContent-Length: ${length}\r\n\r\n`,
    )
    socket.write(bytes.subarray(0, sent))
    const partial = join(owners(), 'ada/uploads', digest.slice(7))
    await expect.poll(() => (existsSync(partial) ? statSync(partial).size : 0)).toBe(60_000)
    socket.destroy()
  }
})
