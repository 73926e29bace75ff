import { describe, expect, it } from 'vitest'
import { impatientService } from '../testing/impatient-service.ts'
import { answerOf, dial } from '../testing/raw-connection.ts'

const at = impatientService()

describe('a body', () => {
  it('of JSON that is too long is refused, announced or not', async () => {
    const body = JSON.stringify({ reason: 'x'.repeat(70_000) })
    const path = '/v1/apps/app/launches'
    expect(await at.service.ask('POST', path, { token: at.ada, body })).toMatchObject({
      status: 413,
      code: 'operator/oversized',
    })
    const chunked = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${at.ada}\r\nTransfer-Encoding: chunked\r\n\r\n`
    const socket = await dial(at.service.port)
    socket.write(chunked)
    socket.on('error', () => undefined)
    for (let sent = 0; sent < 100; sent += 1) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it.each(['', '{', '[]', 'null', '"x"', '\uFFFD'])('of %j where JSON of a shape belongs is refused', async (body) => {
    const { code } = await at.service.ask('POST', '/v1/apps/app/launches', { token: at.ada, body })
    expect(code).toBe('operator/malformed')
  })
})

it('says what it takes: every path of the document answers, and nothing else does', async () => {
  const { json } = await at.service.ask('GET', '/v1/openapi.json')
  expect(json['openapi']).toBe('3.1.0')
  for (const [path, operations] of Object.entries(json['paths'] as Record<string, object>)) {
    for (const method of Object.keys(operations)) {
      const filled = path.replaceAll(/\{\w+\}/g, 'x')
      expect((await at.service.ask(method.toUpperCase(), filled, { token: at.ada })).code, path).not.toBe(
        'operator/no-route',
      )
    }
  }
})
