import type { ChildProcess } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { request, type RequestOptions } from 'node:https'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../packages/core/src/launch/port.ts'
import { Authority } from './support/authority.ts'
import { Person, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'
import {
  configuration,
  end,
  hasHaproxy,
  hasNginx,
  hasNginxStream,
  startHaproxy,
  startNginx,
} from './support/proxies.ts'
import { join } from 'node:path'

/** Real proxies in front of enclaves, with the configurations that the documentation gives. */
const person = new Person()
let proxied: Deployed
let hello: Deployed
let other: Deployed
let proxy: ChildProcess | undefined

/** Says who it believes its client to be, and sends its answer in two parts if asked. */
const app = `
import time
def app(environ, start_response):
    start_response("200 OK", [])
    if environ["PATH_INFO"] != "/parts":
        return [f"NAME {environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode()]
    def parts():
        yield b"first"
        time.sleep(0.5)
        yield b"last"
    return parts()
`

beforeAll(async () => {
  chmodSync(person.home, 0o755)
  const deploy = async (name: string, toml: string, ...names: string[]): Promise<Deployed> => {
    const project = writeProject(person.home, {
      name,
      toml: `hardware = "256m"\n${toml}`,
      app: app.replace('NAME', name),
    })
    const { data, error } = await person.json<Deployed>('deploy', project, ...names)
    expect(error).toBeNull()
    return data
  }
  proxied = await deploy('proxied', 'proxy = "forwarded"\n')
  hello = await deploy('hello', '', '--san', 'localhost')
  other = await deploy('other', '', '--san', 'other.example.org')
}, 180_000)
afterEach(async () => {
  if (proxy !== undefined) await end(proxy)
})
afterAll(() => person.leave())

const portOf = ({ url }: Deployed): string => new URL(url).port

interface Answer {
  readonly body: string
  readonly parts: number
}

/** What a client gets at a port of this machine that asks for `name`. */
function ask(port: number, name: string, certificate: string, options: RequestOptions = {}): Promise<Answer> {
  const ca = readFileSync(certificate)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, servername: name, ca, agent: false, path: '/', ...options },
      (answer) => {
        const parts: string[] = []
        answer.on('data', (part: Buffer) => parts.push(part.toString()))
        answer.on('end', () => resolve({ body: parts.join(''), parts: parts.length }))
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

const answers = async (work: () => Promise<Answer>): Promise<Answer> => {
  let answer: Answer = { body: '', parts: 0 }
  await expect.poll(async () => (answer = await work().catch(() => answer)).body, { timeout: 15_000 }).not.toBe('')
  return answer
}

describe.skipIf(!hasNginx)('nginx ends TLS (skipped without nginx)', () => {
  it('the application learns of its client what the proxy says, and not what the client says', async () => {
    const port = await freePort('127.0.0.1', 0)
    const authority = new Authority(person.home)
    const { certificate, key } = authority.pair('hello.example.org')
    const here = {
      'listen 443': `listen 127.0.0.1:${port}`,
      '/etc/nginx/hello.example.org.pem': certificate,
      '/etc/nginx/hello.example.org.key': key,
      '/etc/nginx/enclave.pem': proxied.certificate,
      '127.0.0.1:8443': `127.0.0.1:${portOf(proxied)}`,
    }
    proxy = startNginx(person.home, configuration('nginx', 1, here))
    const headers = { 'X-Forwarded-For': '9.9.9.9', 'X-Forwarded-Proto': 'http' }
    const there = async (more: RequestOptions): Promise<Answer> =>
      ask(port, 'hello.example.org', authority.certificate, more)
    expect((await answers(() => there({ headers }))).body).toBe('proxied https 127.0.0.1')
    expect(await there({ path: '/parts' })).toEqual({ body: 'firstlast', parts: 2 })

    // Without a proxy in front nobody is believed by accident: this is what the setting means.
    const direct = await ask(Number(portOf(proxied)), 'localhost', proxied.certificate, { headers })
    expect(direct.body).toBe('proxied http 9.9.9.9')
    expect((await ask(Number(portOf(hello)), 'localhost', hello.certificate, { headers })).body).toBe(
      'hello https 127.0.0.1',
    )
  })
})

const passing = [
  {
    name: 'nginx',
    there: hasNginxStream,
    start: startNginx,
    text: (here: Record<string, string>) => configuration('nginx', 0, here),
  },
  {
    name: 'HAProxy',
    there: hasHaproxy,
    start: startHaproxy,
    text: (here: Record<string, string>) => configuration('haproxy', 0, here),
  },
] as const

describe.each(passing)('$name passes TLS through by names', ({ name, there, start, text }) => {
  it.skipIf(!there)(
    `clients reach and verify each enclave, and no other name anything (skipped without ${name})`,
    async () => {
      const port = await freePort('127.0.0.1', 0)
      const listen = name === 'nginx' ? { 'listen 443': `listen 127.0.0.1:${port}` } : { ':443': `127.0.0.1:${port}` }
      proxy = start(
        person.home,
        text({
          ...listen,
          'hello.example.org': 'localhost',
          '127.0.0.1:8443': `127.0.0.1:${portOf(hello)}`,
          '127.0.0.1:8444': `127.0.0.1:${portOf(other)}`,
        }),
      )
      expect((await answers(() => ask(port, 'localhost', hello.certificate))).body).toBe('hello https 127.0.0.1')
      expect((await ask(port, 'other.example.org', other.certificate)).body).toBe('other https 127.0.0.1')
      expect(await ask(port, 'localhost', hello.certificate, { path: '/parts' })).toEqual({
        body: 'firstlast',
        parts: 2,
      })
      await expect(ask(port, 'third.example.org', hello.certificate)).rejects.toThrow()
      const policy = join(hello.certificate, '../policy.json')
      expect((await person.json('verify', `https://localhost:${port}`, '--policy', policy)).code).toBe(0)
    },
  )
})
