import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { request } from 'node:https'
import { operatorFolders } from '../owners/operator-folders.ts'
import { serveOperator, type Serving } from '../service/serve-operator.ts'
import { ordinaryLimits, type Limits } from '../service/settings.ts'
import { TokenStore, type NewToken } from '../tokens/token-store.ts'

/** A service of this process, on a free port, and what its tests need. */
export interface ExampleService extends Serving {
  readonly url: string
  readonly tokens: TokenStore
  token(change?: Partial<NewToken>): Promise<string>
  ask(method: string, path: string, more?: Asked): Promise<Answered>
  close(): Promise<void>
}

export interface Asked {
  readonly token?: string | undefined
  readonly body?: string | Buffer | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Address of this machine to ask from. */
  readonly from?: string
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** Of a refusal. */
  readonly code: string | undefined
  readonly json: Readonly<Record<string, unknown>>
}

export async function startService(home: string, limits: Partial<Limits> = {}): Promise<ExampleService> {
  const end = new AbortController()
  const session = exampleSession(home, { signal: end.signal })
  const tokens = new TokenStore(operatorFolders(session.folders).tokens)
  let ended: Promise<void> = Promise.resolve()
  const serving = await new Promise<Serving>((resolve, reject) => {
    const ports = { first: 30_000, last: 30_099 }
    const settings = {
      address: '127.0.0.1',
      port: 0,
      host: undefined,
      ports,
      names: undefined,
      platforms: ['software'] as const,
    }
    const options = { settings, version: 'test', limits: { ...ordinaryLimits, ...limits }, identity: undefined }
    ended = serveOperator(session, options, resolve)
    ended.catch(reject)
  })
  const quota = { applications: 2, memory: 2 ** 30, storage: 2 ** 30 }
  return {
    ...serving,
    url: `https://127.0.0.1:${serving.port}`,
    tokens,
    async token(change = {}) {
      const wanted: NewToken = { owner: 'ada', role: 'deploy', quota, expires: undefined, ...change }
      return (await tokens.create(wanted, new Date())).token
    },
    ask: (method, path, more = {}) => ask(serving.port, method, path, more),
    async close() {
      end.abort()
      await ended
    },
  }
}

/** The certificate is not looked at: what is tested is what happens behind it. */
function ask(
  port: number,
  method: string,
  path: string,
  { token, body, headers = {}, from }: Asked,
): Promise<Answered> {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        rejectUnauthorized: false,
        headers: { ...authorization, ...length, ...headers },
        ...(from === undefined ? {} : { localAddress: from }),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.on('error', reject)
        response.on('end', () => {
          const json = parse(text)
          const code = (json['error'] as { code?: string } | undefined)?.code
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json, code })
        })
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
