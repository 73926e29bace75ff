import { once } from 'node:events'
import { createServer as createPlainServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  answer,
  proveEnclave,
  startEnclave,
  type MakeBelieveEnclave,
  type Reply,
} from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { exchange, openChannel, type Exchange } from './channel.ts'

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})

async function start(reply: Reply, tls: object = {}): Promise<MakeBelieveEnclave> {
  const enclave = await startEnclave(reply, tls)
  started.push(enclave)
  return enclave
}

/** Something that listens and speaks no TLS. */
async function startPlain(greet: string | undefined): Promise<{ host: string; port: number; serverName: string }> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createPlainServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (greet !== undefined) socket.end(greet)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  started.push({
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, serverName: 'localhost' }
}

const get: Exchange = { method: 'GET', path: '/' }
const post: Exchange = {
  method: 'POST',
  path: '/x',
  body: Buffer.from('{"secret":1}'),
  contentType: 'application/json',
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const tls = { minVersion: version, maxVersion: version }

  it('exchanges with the key that was verified', async () => {
    let request = ''
    const enclave = await start((socket, text) => {
      request = text
      answer(201, 'hello')(socket, text)
    }, tls)
    const got = await exchange(enclave.endpoint, enclave.verified.tlsKey, post)
    expect(got).toMatchObject({ status: 201, body: Buffer.from('hello') })
    expect(request).toMatch(/^POST \/x HTTP\/1\.1\r\n/)
    expect(request).toContain(`Host: localhost:${enclave.endpoint.port}\r\n`)
    expect(request).toContain('Content-Type: application/json\r\n')
    expect(request.endsWith('\r\n\r\n{"secret":1}')).toBe(true)
  })

  it('another key on the port gets not a byte', async () => {
    const impostor = await start(answer(200, 'thanks'), tls)
    const { verified } = await proveEnclave()
    await expect(exchange(impostor.endpoint, verified.tlsKey, post)).rejects.toThrow(refusal('certificate/other-key'))
    await expect(openChannel(impostor.endpoint, verified.tlsKey, 1_000)).rejects.toThrow(
      refusal('certificate/other-key'),
    )
    expect(impostor.received()).toBe(0)
  })

  it('a session is never resumed: the certificate is shown every time', async () => {
    const resumed: boolean[] = []
    const enclave = await start((socket, text) => {
      resumed.push(socket.isSessionReused())
      answer(200, '')(socket, text)
    }, tls)
    for (let times = 0; times < 3; times += 1) await exchange(enclave.endpoint, enclave.verified.tlsKey, get)
    expect(resumed).toEqual([false, false, false])
  })

  it('gives the certificate that was shown', async () => {
    const enclave = await start(answer(200, ''), tls)
    const { socket, certificate } = await openChannel(enclave.endpoint, undefined, 1_000)
    socket.destroy()
    expect(certificate.equals(enclave.evidence.certificate)).toBe(true)
  })
})

it('the same certificate without its key', async () => {
  const [enclave, other] = [await start(answer(200, '')), await start(answer(200, ''))]
  await expect(exchange(other.endpoint, enclave.verified.tlsKey, post)).rejects.toThrow(
    refusal('certificate/other-key'),
  )
})

it('TLS 1.1', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  const enclave = await start(answer(200, ''), old)
  await expect(exchange(enclave.endpoint, undefined, get)).rejects.toThrow(refusal('serve/unreachable'))
})

it('nobody listens', async () => {
  const enclave = await startEnclave(answer(200, ''))
  await enclave.stop()
  await expect(exchange(enclave.endpoint, undefined, get)).rejects.toThrow(refusal('serve/unreachable'))
})

it('a web server without TLS', async () => {
  const endpoint = await startPlain('HTTP/1.1 400 Bad Request\r\n\r\n')
  await expect(exchange(endpoint, undefined, get)).rejects.toThrow(refusal('serve/unreachable'))
})

it('a server that never shakes hands', async () => {
  const endpoint = await startPlain(undefined)
  await expect(exchange(endpoint, undefined, get, 200)).rejects.toThrow(refusal('serve/timeout'))
})

it('a server that never answers', async () => {
  const enclave = await start(() => undefined)
  await expect(exchange(enclave.endpoint, undefined, get, 200)).rejects.toThrow(refusal('serve/timeout'))
})

it.each<[string, string, string]>([
  ['headers', 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'],
  ['a body', 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n', 'x'],
])('a server that trickles %s for ever', { timeout: 5_000 }, async (_, head, drop) => {
  const enclave = await start((socket) => {
    socket.write(head)
    const timer = setInterval(() => socket.write(drop), 50)
    socket.on('close', () => clearInterval(timer))
  })
  const began = Date.now()
  await expect(exchange(enclave.endpoint, undefined, get, 400)).rejects.toThrow(refusal('serve/timeout'))
  expect(Date.now() - began).toBeLessThan(2_000)
})

it.each<[string, string]>([
  ['says its length', 'Content-Length: 8000000'],
  ['does not', 'Transfer-Encoding: chunked'],
])('an answer without end, of a server that %s', async (_, header) => {
  const enclave = await start((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`)
    const part = header.startsWith('C') ? 'x'.repeat(1 << 16) : `10000\r\n${'x'.repeat(1 << 16)}\r\n`
    const pour = (): void => {
      while (socket.writable && socket.write(part));
    }
    socket.on('drain', pour)
    pour()
  })
  await expect(exchange(enclave.endpoint, undefined, get)).rejects.toThrow(refusal('serve/oversized'))
})

it.each<[string, string]>([
  ['is not HTTP', 'hello\r\n\r\n'],
  ['ends too early', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
  ['has headers without end', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
  ['is empty', ''],
])('an answer that %s', async (_, text) => {
  const enclave = await start((socket) => socket.end(text))
  await expect(exchange(enclave.endpoint, undefined, get)).rejects.toThrow(refusal('serve/unreachable'))
})

it('an answer that tries to switch protocols', async () => {
  const enclave = await start((socket) => socket.write('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'))
  await expect(exchange(enclave.endpoint, undefined, get, 500)).rejects.toThrow(refusal('serve/timeout'))
})
