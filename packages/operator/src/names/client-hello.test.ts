import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { ClientHelloReader } from './client-hello.ts'

/** What a real client sends first: one record of its ClientHello. */
let real: Buffer
const name = 'app.ada.apps.example.org'

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ host: '127.0.0.1', port, servername: name }).on('error', () => undefined)
  const [socket] = (await once(server, 'connection')) as [import('node:net').Socket]
  ;[real] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
})

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const vector16 = (content: Buffer): Buffer => Buffer.concat([u16(content.length), content])
const record = (fragment: Buffer, type = 22): Buffer => Buffer.concat([Buffer.from([type, 3, 1]), vector16(fragment)])
const extension = (type: number, content: Buffer): Buffer => Buffer.concat([u16(type), vector16(content)])
const serverName = (host: string, type = 0): Buffer =>
  Buffer.concat([Buffer.from([type]), vector16(Buffer.from(host, 'latin1'))])
const sni = (...names: Buffer[]): Buffer => extension(0, vector16(Buffer.concat(names)))

function message(extensions: Buffer | undefined, type = 1): Buffer {
  const fixed = Buffer.concat([u16(0x303), Buffer.alloc(32), Buffer.of(0), vector16(u16(0x1301)), Buffer.of(1, 0)])
  const body = extensions === undefined ? fixed : Buffer.concat([fixed, vector16(extensions)])
  return Buffer.concat([Buffer.from([type, 0]), u16(body.length), body])
}

const read = (...packets: Buffer[]): string | undefined => {
  const reader = new ClientHelloReader()
  let found: string | undefined
  for (const packet of packets) found ??= reader.read(packet)
  return found
}
const bytesOf = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.of(byte))

describe('the name in a ClientHello', () => {
  it('is found in that of a real client', () => expect(read(real)).toBe(name))

  it('is found byte by byte, and not before the last one', () => {
    const reader = new ClientHelloReader()
    const answers = bytesOf(real).map((byte) => reader.read(byte))
    expect(answers.pop()).toBe(name)
    expect(answers.every((answer) => answer === undefined)).toBe(true)
  })

  it('is found in a message that is spread over records of one byte', () => {
    expect(read(...bytesOf(real.subarray(5)).map((byte) => record(byte)))).toBe(name)
  })

  it('is found with what came behind it in the same packet', () => {
    expect(read(Buffer.concat([real, Buffer.from('early data')]))).toBe(name)
  })

  it('is the same in capital letters', () => {
    expect(read(record(message(sni(serverName('App.ADA.apps.example.org')))))).toBe(name)
  })
})

const good = (): Buffer => sni(serverName(name))

describe('is refused', () => {
  it.each<[string, string, () => Buffer[]]>([
    ['HTTP without TLS', 'names/malformed', () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['a first byte that is no handshake', 'names/malformed', () => [Buffer.of(23)]],
    ['a record of SSL 2', 'names/malformed', () => [Buffer.of(22, 2)]],
    ['an empty record', 'names/malformed', () => [record(Buffer.alloc(0))]],
    ['a record that is too long', 'names/malformed', () => [Buffer.of(22, 3, 1, 0xff, 0xff)]],
    [
      'an alert between its records',
      'names/malformed',
      () => [record(real.subarray(5, 9)), record(real.subarray(9), 21)],
    ],
    ['another message', 'names/malformed', () => [record(message(good(), 2))]],
    ['a session id beyond the end', 'names/malformed', () => [record(Buffer.of(1, 0, 0, 35, ...Array(34), 200))]],
    ['extensions beyond the end', 'names/malformed', () => [record(spoiled(0xff))]],
    ['something behind the extensions', 'names/malformed', () => [record(longer(message(good())))]],
    ['two extensions with names', 'names/malformed', () => [record(message(Buffer.concat([good(), good()])))]],
    ['two names', 'names/malformed', () => [record(message(sni(serverName('a'), serverName('b'))))]],
    ['a name of another kind', 'names/malformed', () => [record(message(sni(serverName(name, 1))))]],
    ['an empty list of names', 'names/malformed', () => [record(message(sni()))]],
    ['an empty name', 'names/malformed', () => [record(message(sni(serverName(''))))]],
    ['a path', 'names/malformed', () => [record(message(sni(serverName('../../etc/passwd'))))]],
    ['a name with a zero byte', 'names/malformed', () => [record(message(sni(serverName('app\0.ada'))))]],
    ['a name of a thousand labels', 'names/malformed', () => [record(message(sni(serverName('a.'.repeat(999)))))]],
    ['no extensions at all', 'names/none', () => [record(message(undefined))]],
    ['no name among the extensions', 'names/none', () => [record(message(extension(43, Buffer.of(2, 3, 4))))]],
    ['a message that says it is huge', 'names/oversized', () => [record(Buffer.of(1, 0xff, 0xff, 0xff))]],
    ['records without end', 'names/oversized', () => Array<Buffer>(20).fill(record(Buffer.alloc(1000, 1)))],
    ['a message that grows in small records', 'names/oversized', () => [...drops()]],
  ])('%s', (_attack, code, packets) => {
    expect(() => read(...packets())).toThrow(refusal(code))
  })
})

/** Of a good message, with one byte of the end of its fixed part exchanged: the length of its extensions. */
function spoiled(byte: number): Buffer {
  const bytes = message(good())
  bytes[4 + 2 + 32 + 1 + 4 + 2] = byte
  return bytes
}

function longer(bytes: Buffer): Buffer {
  const more = Buffer.concat([bytes, Buffer.of(0)])
  more.writeUIntBE(more.length - 4, 1, 3)
  return more
}

/** A message of 16,000 bytes that never ends, byte by byte: its records alone pass the limit. */
function* drops(): Generator<Buffer> {
  yield record(Buffer.of(1, 0, 0x3e, 0x80))
  for (let at = 0; at < 4000; at += 1) yield record(Buffer.of(0))
}
