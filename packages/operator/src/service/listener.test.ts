import { randomBytes } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import { describe, expect, it } from 'vitest'
import { impatientService } from '../testing/impatient-service.ts'
import { dial, ended } from '../testing/raw-connection.ts'

const at = impatientService()

describe('whoever is slow, loud or many', () => {
  it('and never finishes a request is cut off', async () => {
    const socket = await dial(at.service.port)
    socket.write('GET /v1/whoami HTTP/1.1\r\nX-Slow: ')
    await ended(socket)
  })

  it('and sends nothing at all is cut off', async () => {
    await ended(await dial(at.service.port))
  })

  it('and does not even begin TLS is cut off', async () => {
    const socket = connectTcp(at.service.port, '127.0.0.1')
    await ended(socket)
  })

  it('and never finishes a body is cut off', async () => {
    const socket = await dial(at.service.port)
    socket.write(
      `POST /v1/apps/app/launches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.ada}\r\nContent-Length: 100\r\n\r\n{`,
    )
    await ended(socket)
  })

  it.each(['\0\0\0\0', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`])(
    'and speaks no HTTP (%#) is cut off, and others are served',
    async (garbage) => {
      const socket = await dial(at.service.port)
      socket.write(garbage)
      await ended(socket)
      expect((await at.service.ask('GET', '/v1/whoami', { token: at.ada })).status).toBe(200)
    },
  )

  it('and asks for paths that there are none of learns nothing, and is slowed down', async () => {
    const stranger = '127.0.0.9'
    const codes = new Set<string | undefined>()
    for (let asked = 0; asked < 150; asked += 1) {
      const path = `/${randomBytes(4).toString('hex')}`
      codes.add((await at.service.ask('GET', path, { from: stranger })).code)
    }
    expect(codes).toEqual(new Set(['operator/no-route', 'operator/too-many']))
    expect((await at.service.ask('GET', '/v1/whoami', { token: at.ada })).status).toBe(200)
  })

  it('and tries tokens is slowed down, and who has one is not', async () => {
    const stranger = '127.0.0.10'
    const codes: (string | undefined)[] = []
    for (let asked = 0; asked < 150; asked += 1) {
      const token = `mse_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`
      codes.push((await at.service.ask('GET', '/v1/whoami', { token, from: stranger })).code)
    }
    expect(codes).toContain('operator/too-many')
    expect((await at.service.ask('GET', '/v1/whoami', { token: at.ada, from: stranger })).status).toBe(200)
  })

  it('and takes many connections leaves some for others', async () => {
    const sockets = Array.from({ length: 400 }, () =>
      connectTcp({ port: at.service.port, host: '127.0.0.1', localAddress: '127.0.0.11' }),
    )
    for (const socket of sockets) socket.on('error', () => undefined)
    try {
      expect((await at.service.ask('GET', '/v1/whoami', { token: at.ada })).status).toBe(200)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
})
