import { MseError } from '@mse/core/error'
import { readAtMost } from '@mse/core/read-at-most'
import { request, type IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { routes, type Route, type RouteName } from '../api/routes.ts'
import { refusal } from '../api/shapes.ts'
import { Turns } from '../turns.ts'
import { Connections } from './connections.ts'
import type { Login } from './login.ts'
import { tooLate, unreachable } from './open-socket.ts'

export interface Asking {
  readonly name?: string
  readonly digest?: string
  readonly instance?: string
  readonly query?: Readonly<Record<string, string | undefined>>
  /** JSON. */
  readonly json?: object
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds until the answer begins. */
  readonly timeout?: number
}

type Answer<R extends RouteName> = (typeof routes)[R] extends { readonly answer: infer S }
  ? S extends v.GenericSchema
    ? v.InferOutput<S>
    : undefined
  : undefined

/** Questions at once: another one waits for a connection that is there, which is sooner than another handshake. */
const most = 2
/** Milliseconds that an ordinary answer may take. */
const ordinary = 30_000
/** Bytes of an answer at most: a list of some thousand applications. */
const answerLimit = 8 << 20

/** An operator service as one of its users asks it. What it answers is checked; what it refuses comes back as its own code. */
export class OperatorClient {
  readonly login: Login
  private readonly signal: AbortSignal
  private readonly connections: Connections
  private readonly turns = new Turns(most)

  constructor(login: Login, signal: AbortSignal) {
    this.login = login
    this.connections = new Connections(login)
    this.signal = signal
  }

  /** @throws MseError `operator/*`, and the codes of the service */
  async ask<R extends RouteName>(name: R, asking: Asking = {}): Promise<Answer<R>> {
    const route: Route = routes[name]
    const { response, body } = await this.turns.take(async () => {
      const response = await this.send(route, asking)
      return { response, body: await collect(response, this.login.url) }
    })
    if (response.statusCode !== route.status) throw refused(response, body)
    if (route.answer === undefined || route.answer === 'text') return undefined as Answer<R>
    const read = v.safeParse(route.answer, parse(body))
    if (read.success) return read.output as Answer<R>
    throw new MseError(
      'operator/not-a-service',
      `what answers at ${this.login.url} does not speak as a service of mse`,
      {
        expected: `an answer of ${route.method} ${route.path}`,
        found: v.getDotPath(read.issues[0]) ?? 'something else',
      },
    )
  }

  /** Text as it comes. */
  async *text(name: RouteName, asking: Asking): AsyncGenerator<string> {
    const response = await this.send(routes[name], asking)
    if (response.statusCode !== routes[name].status) throw refused(response, await collect(response, this.login.url))
    const decoder = new TextDecoder()
    try {
      for await (const part of response as AsyncIterable<Buffer>) yield decoder.decode(part, { stream: true })
    } catch (cause) {
      if (this.signal.aborted) return
      throw unreachable(this.login.url, cause)
    } finally {
      response.destroy()
    }
  }

  private async send(route: Route, asking: Asking): Promise<IncomingMessage> {
    const { url, token } = this.login
    const { json, timeout = ordinary, headers = {} } = asking
    this.signal.throwIfAborted()
    const body = json === undefined ? asking.bytes : Buffer.from(JSON.stringify(json))
    const type = json === undefined ? 'application/octet-stream' : 'application/json'
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      const call = request({
        agent: this.connections,
        method: route.method,
        path: pathOf(route.path, asking),
        headers: {
          Host: new URL(url).host,
          Authorization: `Bearer ${token}`,
          'User-Agent': 'mse',
          ...(body === undefined ? {} : { 'Content-Type': type, 'Content-Length': body.length }),
          ...headers,
        },
        signal: this.signal,
      })
      const timer = setTimeout(() => call.destroy(tooLate(url)), timeout)
      call.once('response', resolve)
      call.once('error', (cause) => reject(cause instanceof MseError ? cause : unreachable(url, cause)))
      call.once('close', () => clearTimeout(timer))
      call.once('response', () => clearTimeout(timer))
      call.end(body)
    })
    return response.catch((error: unknown) => {
      this.signal.throwIfAborted()
      throw error
    })
  }
}

function pathOf(path: string, { query = {}, ...given }: Asking): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: 'name' | 'digest' | 'instance') =>
    encodeURIComponent(given[name] ?? ''),
  )
  const search = new URLSearchParams(
    Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined),
  )
  return search.size === 0 ? filled : `${filled}?${search.toString()}`
}

async function collect(response: IncomingMessage, url: string): Promise<Buffer> {
  const body = await readAtMost(response, answerLimit)
    .catch((cause: unknown) => {
      throw unreachable(url, cause)
    })
    .finally(() => response.destroy())
  if (body !== undefined) return body
  throw new MseError('operator/not-a-service', `${url} answers more than anybody asked for`, {
    expected: `at most ${answerLimit} bytes`,
  })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** The service's own code, as far as it is one; what it says is somebody else's text. */
function refused({ statusCode = 0 }: IncomingMessage, body: Buffer): MseError {
  const read = v.safeParse(refusal, parse(body))
  if (read.success && /^[a-z][a-z-]*\/[a-z][a-z-]*$/.test(read.output.error.code)) {
    const { code, message, expected, found, next } = read.output.error
    return new MseError(code, message, {
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(next === undefined ? {} : { next }),
    })
  }
  return new MseError('operator/failed', `the service answered ${statusCode}`, { next: 'Ask the operator.' })
}
