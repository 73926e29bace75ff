import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'

/** How much is thrown at a service. All of it comes from addresses of 127.0.0.0/8, and ends by itself. */
export interface Load {
  readonly port: number
  readonly token: string
  readonly seed: number
  /** Connections, a seventh of each kind. */
  readonly connections: number
  /** Requests for paths that nobody chose. */
  readonly paths: number
  /** Milliseconds after which no more is begun. */
  readonly time: number
}

/** What became of everything, by what it was and how it ended: `slow headers: cut off` → 143. */
export type Tally = Map<string, number>

type Kind = (typeof kinds)[number]
const kinds = [
  'silent',
  'not TLS',
  'slow headers',
  'garbage',
  'oversized JSON',
  'oversized part',
  'endless body',
] as const

/** What a connection of a kind says first; then it goes on with `more` until it is cut off. */
function speech(kind: Kind, token: string): { readonly first: string | Buffer; readonly more: string | Buffer } {
  const head = (path: string, method: string, headers: string): string =>
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${headers}\r\n`
  const blob = `/v1/blobs/sha256:${randomBytes(32).toString('hex')}`
  switch (kind) {
    case 'silent':
      return { first: '', more: '' }
    case 'not TLS':
      return { first: randomBytes(600), more: randomBytes(600) }
    case 'slow headers':
      return { first: 'GET /v1/whoami HTTP/1.1\r\n', more: 'X-Slow: x\r\n' }
    case 'garbage':
      return { first: randomBytes(900), more: randomBytes(900) }
    case 'oversized JSON':
      return { first: head('/v1/apps/x/launches', 'POST', 'Content-Length: 99999999\r\n'), more: 'x'.repeat(1000) }
    case 'oversized part':
      return {
        first: head(blob, 'PATCH', 'Upload-Offset: 0\r\nUpload-Length: 99999999\r\nContent-Length: 99999999\r\n'),
        more: 'x'.repeat(1000),
      }
    case 'endless body':
      return {
        first: head('/v1/apps/x/launches', 'POST', 'Transfer-Encoding: chunked\r\n'),
        more: `400\r\n${'x'.repeat(1024)}\r\n`,
      }
  }
}

/** Throws everything at once, while somebody with a token asks who they are again and again: `served` and `not served`. */
export async function throwAt(load: Load): Promise<Tally> {
  const tally: Tally = new Map()
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1)
  const until = performance.now() + load.time
  let busy = true
  const regular = (async () => {
    while (busy) {
      count((await whoami(load)) === 200 ? 'a user of the service: served' : 'a user of the service: not served')
      await sleep(100)
    }
  })()
  const connections = Array.from({ length: load.connections }, async (_, number) => {
    const kind = kinds[number % kinds.length] as Kind
    await sleep((number % 50) * 20)
    count(`${kind}: ${await oneConnection(load, kind, `127.0.2.${1 + (number % 20)}`, until)}`)
  })
  await Promise.all([...connections, randomPaths(load, until, count)])
  busy = false
  await regular
  return tally
}

/** Until it is cut off, which it has to be. */
async function oneConnection({ port, token }: Load, kind: Kind, from: string, until: number): Promise<string> {
  const options = { port, host: '127.0.0.1', localAddress: from }
  const socket: Socket = kind === 'not TLS' ? connectTcp(options) : connect({ ...options, rejectUnauthorized: false })
  const { first, more } = speech(kind, token)
  let answer = ''
  let open = true
  socket.on('error', () => undefined)
  socket.on('data', (part: Buffer) => (answer += part.toString('latin1', 0, 20)))
  socket.once('close', () => (open = false))
  socket.once(kind === 'not TLS' ? 'connect' : 'secureConnect', () => first.length > 0 && socket.write(first))
  while (open && performance.now() < until) {
    await sleep(200)
    if (open && more.length > 0 && socket.writableLength < 1 << 16) socket.write(more)
  }
  socket.destroy()
  if (open) return 'still open'
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]
  return status === undefined ? 'cut off' : `answered ${status}`
}

const methods = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'TRACE'] as const
const pieces = [
  'v1',
  'apps',
  'blobs',
  'launches',
  'logs',
  '..',
  '%2e%2e',
  '%00',
  '%ff',
  'x'.repeat(300),
  ':name',
  '*',
  '',
]

/** Requests in one write, and over one connection: the service takes no more than 1000. */
const batch = 50
const perConnection = 950

async function randomPaths(load: Load, until: number, count: (what: string) => void): Promise<void> {
  const random = generator(load.seed)
  let left = load.paths
  const worker = async (): Promise<void> => {
    while (left > 0 && performance.now() < until) {
      const options = { port: load.port, host: '127.0.0.1', localAddress: '127.0.3.1' }
      const socket = connect({ ...options, rejectUnauthorized: false })
      socket.on('error', () => undefined)
      for (let sent = 0; sent < perConnection && left > 0 && !socket.destroyed; sent += batch) {
        const some = Math.min(batch, left)
        left -= some
        const answers = await answersTo(
          socket,
          Array.from({ length: some }, () => randomRequest(random, load.token)),
        )
        for (const answer of answers) count(`a random path: ${answer}`)
        for (let rest = answers.length; rest < some; rest += 1) count('a random path: cut off')
      }
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

function randomRequest(random: () => number, token: string): string {
  const path = `/${Array.from({ length: 1 + (random() % 5) }, () => pieceOf(random)).join('/')}`
  const method = methods[random() % methods.length] as string
  const who = random() % 2 === 0 ? `Authorization: Bearer ${token}\r\n` : ''
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\n${who}\r\n`
}

function pieceOf(random: () => number): string {
  const at = random() % (2 * pieces.length)
  return pieces[at] ?? random().toString(36)
}

/** Sends requests at once, and waits for as many answers, or the end of the connection. Nothing else of an answer is like its first line. */
async function answersTo(socket: Socket, requests: readonly string[]): Promise<string[]> {
  const answers: string[] = []
  let held = ''
  await new Promise<void>((resolve) => {
    const read = (part: Buffer): void => {
      held += part.toString('latin1')
      let end = 0
      for (const { 1: status, index } of held.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
        answers.push(`answered ${status}`)
        end = index + 'HTTP/1.1 200 '.length
      }
      // The beginning of one can be there already.
      held = held.slice(Math.max(end, held.length - 12))
      if (answers.length >= requests.length) done()
    }
    const done = (): void => {
      socket.off('data', read).off('close', done)
      resolve()
    }
    socket.on('data', read).once('close', done)
    if (socket.destroyed) done()
    else socket.write(requests.join(''))
  })
  return answers
}

function whoami({ port, token }: Load): Promise<number> {
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${token}` }
    const options = { host: '127.0.0.1', port, path: '/v1/whoami', headers, agent: false, rejectUnauthorized: false }
    const asked = request(options, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    })
    asked.once('error', () => resolve(0))
    asked.end()
  })
}

/** xorshift32: the same paths for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}

/** Bytes of resident memory, and open descriptors, of a process (proc(5)). */
export function heldBy(pid: number): { readonly memory: number; readonly descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const memory = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024
  return { memory, descriptors: readdirSync(`/proc/${pid}/fd`).length }
}
