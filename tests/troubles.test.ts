import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from './support/https.ts'
import { bin, Person, read, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'
import { mountsBelow, processesNaming } from './support/traces.ts'

/** What an operator's machine does to an application, and what the commands make of it. */
const person = new Person()
let project: string
let deployed: Deployed

const counting = (version: number): string => `
import os, pathlib, time

started = time.monotonic()
count = pathlib.Path(os.environ["HOME"], "count")

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/count":
        count.write_text(str(int(count.read_text()) + 1 if count.exists() else 1))
        return [count.read_bytes()]
    if environ["PATH_INFO"] == "/slow":
        time.sleep(2)
    return [b"version ${version}"]
`

const change = (version: number): void => writeFileSync(join(project, 'mse_src/app.py'), counting(version))

async function deploy(...more: string[]): Promise<Deployed> {
  const { data, error } = await person.json<Deployed>('deploy', project, ...more)
  expect(error).toBeNull()
  return data
}

const answer = async (path: string): Promise<string> =>
  (await call(`${deployed.url}${path}`, deployed.certificate)).body

interface Status {
  readonly state: string
  readonly failure?: { readonly code: string }
  readonly failedDeployment?: { readonly code: string }
  readonly expires?: string
  readonly certificateExpires: string
  readonly metrics?: {
    readonly memory: { readonly used: number; readonly limit: number }
    readonly storage: { readonly used: number; readonly limit: number }
    readonly cpu: number
    readonly requests: number
    readonly restarts: number
  }
}
const status = async (): Promise<Status> => (await person.json<Status>('status', 'troubled')).data

/** The outer process of the supervisor: with it goes everything of the enclave. */
const supervisor = (): number => (JSON.parse(read(deployed.folder, 'supervisor.json')) as { pid: number }).pid

async function killSupervisor(): Promise<void> {
  process.kill(supervisor(), 'SIGKILL')
  await vi.waitFor(async () => expect((await status()).state).toBe('failed'), { timeout: 5_000 })
}

beforeAll(async () => {
  project = writeProject(person.home, { name: 'troubled', toml: 'storage = "64m"\n', app: counting(1) })
  deployed = await deploy()
})
afterAll(() => person.leave())

describe('a deployment beside an application that serves', () => {
  it(
    'takes over without a request that is refused, dropped or answered by a launcher',
    { timeout: 120_000 },
    async () => {
      let stopped = false
      const seen = new Set<string>()
      const client = async (): Promise<void> => {
        while (!stopped) seen.add(await new Promise((resolve) => unverified(deployed.url, resolve)))
      }
      const clients = Promise.all(Array.from({ length: 4 }, client))
      const slow = new Promise<string>((resolve) => setTimeout(() => unverified(`${deployed.url}/slow`, resolve), 500))
      change(2)
      const before = deployed
      deployed = await deploy()
      stopped = true
      await clients
      expect(deployed.url).toBe(before.url)
      expect([...seen].toSorted()).toEqual(['200 version 1', '200 version 2'])
      expect(await slow).toMatch(/^200 version/)
    },
  )

  it('that fails leaves the old one serving, with its storage, and says why', async () => {
    expect(await answer('/count')).toBe('1')
    writeFileSync(join(project, 'mse_src/app.py'), 'raise RuntimeError("never starts")\n')
    const { error } = await person.json('deploy', project)
    expect(error?.code).toBe('serve/import-failed')
    expect(error?.next).toContain('--failed')
    expect(await answer('/count')).toBe('2')
    expect((await status()).failedDeployment?.code).toBe('serve/import-failed')
    expect((await person.mse('logs', 'troubled', '--failed')).stdout).toContain('never starts')
    change(2)
    expect((await deploy()).unchanged).toBe(true)
  })

  it('is planned by --dry-run, which changes nothing', async () => {
    change(3)
    const { data, error } = await person.json<{ action: string; measured: { before: string; fingerprint: string } }>(
      'deploy',
      project,
      '--dry-run',
    )
    change(2)
    expect(error).toBeNull()
    expect(data.action).toBe('replace')
    expect(data.measured.before).not.toBe(data.measured.fingerprint)
    expect(await answer('/')).toBe('version 2')
  })
})

describe('mse restart', () => {
  it('keeps certificate, storage and address; nobody is refused meanwhile', async () => {
    const [certificate, count] = [readFileSync(deployed.certificate, 'utf8'), Number(await answer('/count'))]
    let stopped = false
    const refused: string[] = []
    const client = (async () => {
      while (!stopped) {
        const said = await new Promise<string>((resolve) => unverified(deployed.url, resolve))
        if (!/^(200|503) /.test(said)) refused.push(said)
      }
    })()
    const { error } = await person.json('restart', 'troubled')
    stopped = true
    await client
    expect(error).toBeNull()
    expect(refused).toEqual([])
    expect(readFileSync(deployed.certificate, 'utf8')).toBe(certificate)
    expect(await answer('/count')).toBe(String(count + 1))
  })

  it('brings back what was killed with everything, where its port is free', async () => {
    const count = Number(await answer('/count'))
    await killSupervisor()
    expect((await status()).failure?.code).toBe('launch/supervisor-died')
    const squatter = createServer((socket) => socket.destroy()).listen(Number(new URL(deployed.url).port), '127.0.0.1')
    await once(squatter, 'listening')
    expect((await person.json('restart', 'troubled')).error?.code).toBe('launch/port-taken')
    squatter.close()
    await once(squatter, 'close')
    expect((await person.json('restart', 'troubled')).error).toBeNull()
    expect(await answer('/count')).toBe(String(count + 1))
  })

  it('is what deploy does with an application that was killed and has not changed', async () => {
    const count = Number(await answer('/count'))
    await killSupervisor()
    expect((await deploy()).unchanged).toBe(true)
    expect(await answer('/count')).toBe(String(count + 1))
  })
})

describe('another machine, as far as a number says', () => {
  it('a supervisor of before the machine was started anew is not looked for, and can be started again', async () => {
    const name = join(deployed.folder, 'supervisor.json')
    await killSupervisor()
    const before = JSON.parse(readFileSync(name, 'utf8')) as object
    // A process of that number lives: this one.
    writeFileSync(name, JSON.stringify({ ...before, pid: process.pid, boot: '00000000-0000-0000-0000-000000000000' }))
    expect((await status()).failure?.code).toBe('launch/machine-restarted')
    expect((await person.json('restart', 'troubled')).error).toBeNull()
  })

  it('a command in another PID namespace sees that it runs, and stops it', async () => {
    const elsewhere = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', process.execPath, bin]
    const seen = await person.run('unshare', [...elsewhere, 'status', 'troubled', '--json'])
    expect((JSON.parse(seen.stdout) as { data: Status }).data.state).toBe('running')
    const stopped = await person.run('unshare', [...elsewhere, 'stop', 'troubled', '--json'])
    expect(stopped.code).toBe(0)
    expect((await status()).state).toBe('stopped')
    expect(processesNaming(join(person.state, 'apps'))).toEqual([])
    expect((await person.json('restart', 'troubled')).error?.code).toBe('state/nothing-kept')
    deployed = await deploy()
  })
})

describe('what status says of an application', () => {
  it('is what it uses of what it has', async () => {
    const { metrics, certificateExpires } = await status()
    expect(metrics?.memory.limit).toBe(2 ** 30)
    expect(metrics?.memory.used).toBeGreaterThan(2 ** 20)
    expect(metrics?.storage.used).toBeLessThan(metrics?.storage.limit as number)
    expect(metrics?.requests).toBeGreaterThan(0)
    expect(metrics?.restarts).toBe(0)
    expect(new Date(certificateExpires).getTime()).toBeGreaterThan(Date.now() + 300 * 86_400_000)
  })
})

describe('several commands at once', () => {
  it('leave one of the states that each would have left', async () => {
    const words = [
      ['restart', 'troubled'],
      ['deploy', project],
      ['restart', 'troubled'],
      ['status', 'troubled'],
    ]
    const outcomes = await Promise.all(words.map((one) => person.json(...one)))
    for (const { error } of outcomes) expect([undefined, 'state/busy']).toContain(error?.code)
    expect(outcomes.some(({ error }) => error === null)).toBe(true)
    deployed = await deploy()
    expect(await answer('/')).toBe('version 2')
  })
})

describe('an end that was set', () => {
  it('deletes what was stored when it has come; the state is expired', async () => {
    deployed = await deploy('--expires', new Date(Date.now() + 6_000).toISOString())
    expect(deployed.unchanged).toBe(true)
    await vi.waitFor(async () => expect((await status()).state).toBe('expired'), { timeout: 20_000, interval: 200 })
    await vi.waitFor(() => expect(processesNaming(join(person.state, 'apps'))).toEqual([]), { timeout: 20_000 })
    expect(existsSync(join(deployed.folder, 'storage.img'))).toBe(false)
    expect((await person.json('restart', 'troubled')).error?.code).toBe('state/expired')
    deployed = await deploy()
    expect((await status()).state).toBe('running')
  })

  it('that is past is refused', async () => {
    const { code, error } = await person.json('deploy', project, '--expires', '2020-01-01')
    expect({ code, error: error?.code }).toEqual({ code: 2, error: 'launch/expires' })
  })
})

describe('a disk that is full', () => {
  it.each([
    ['4m', 'environment/disk-full'],
    ['16m', 'environment/disk-full'],
    ['23m', undefined],
  ])('at %s: the deployment says so, or works; nothing is left', { timeout: 120_000 }, async (size, code) => {
    const state = join(person.home, `state-${size}`)
    const mse = `'${process.execPath}' '${bin}'`
    const script = `
      mkdir -p '${state}' && mount -t tmpfs -o size=${size} tmpfs '${state}'
      export XDG_STATE_HOME='${state}'
      ${mse} deploy '${project}' --json 2> /dev/null
      ${mse} remove troubled --quiet 2> /dev/null
      ${mse} list --quiet && ls '${state}/mse/staging' '${state}'/mse/apps/*/`
    const { stdout } = await person.run('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script])
    const [line = '', ...left] = stdout.trim().split('\n')
    const { error } = JSON.parse(line) as { error: { code: string } | null }
    if (code !== undefined) expect(error?.code).toBe(code)
    else expect([undefined, 'environment/disk-full', 'environment/storage', 'provision/storage']).toContain(error?.code)
    expect(left.filter((name) => !name.endsWith(':') && name !== '')).toEqual([])
    expect(processesNaming(state)).toEqual([])
    expect(mountsBelow(state)).toEqual([])
  })
})

it('remove leaves nothing but a lock', async () => {
  expect((await person.json('remove', 'troubled')).error).toBeNull()
  expect(readdirSync(join(person.state, 'apps')).filter((name) => !name.endsWith('.lock'))).toEqual([])
  expect((await person.json('status', 'troubled')).error?.code).toBe('state/no-such-app')
})

/** A client that believes any certificate, for the moment at which one takes the place of the other. Says what it got. */
function unverified(url: string, got: (said: string) => void): void {
  const outgoing = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
    let text = ''
    response.on('data', (part: Buffer) => (text += part.toString()))
    response.on('end', () => got(`${response.statusCode} ${text}`))
    response.on('error', (error) => got(error.message))
  })
  outgoing.on('error', (error) => got(error.message))
  outgoing.end()
}
