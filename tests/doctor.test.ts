import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Person, read, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'

interface Found {
  readonly platform: string
  readonly checks: readonly { readonly id: string; readonly outcome: string; readonly fix?: string }[]
}

/** Configured as somebody is who has a PCCS that is down; MSE_OFFLINE keeps the doctor from asking it. */
const person = new Person({ MSE_PCCS: 'https://pccs.internal.example:8081', MSE_OFFLINE: '1' })
afterAll(() => person.leave())

describe('mse doctor', () => {
  it('a machine that runs software enclaves is ready for them', async () => {
    const { code, data } = await person.json<Found>('doctor', '--platform', 'software')
    expect({ code, platform: data.platform }).toEqual({ code: 0, platform: 'software' })
    expect(data.checks.filter((one) => one.outcome !== 'ok' && one.fix === undefined)).toEqual([])
  })

  it.skipIf(existsSync('/dev/sgx_enclave'))('a machine without SGX is not ready for SGX: exit code 5', async () => {
    const { code, error, data } = await person.json<Found>('doctor', '--platform', 'sgx')
    expect({ code, error: error?.code }).toEqual({ code: 5, error: 'environment/not-ready' })
    expect(data.checks.find((one) => one.id === 'host/sgx-enclave')).toMatchObject({ outcome: 'failed' })
  })

  it('a port that is taken is found: exit code 5', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const { code, data } = await person.json<Found>('doctor', '--platform', 'software', '--port', String(port))
    server.close()
    expect(code).toBe(5)
    expect(data.checks.filter((one) => one.outcome === 'failed').map((one) => one.id)).toEqual(['host/port'])
  })

  it('does not touch the network unless it is told to', async () => {
    const { data } = await person.json<Found>('doctor', '--platform', 'software')
    expect(data.checks.find((one) => one.id === 'host/collateral')).toMatchObject({ outcome: 'skipped' })
  })

  it('a platform that there is not is refused', async () => {
    expect(await person.json('doctor', '--platform', 'sev')).toMatchObject({
      code: 2,
      error: { code: 'usage/bad-value' },
    })
  })
})

describe('mse doctor --bundle', () => {
  const file = (): string => join(person.home, 'support.json')

  it('holds no secret, key, token, name, host, log or path of the home', { timeout: 120_000 }, async () => {
    const secret = `SECRET-${randomBytes(8).toString('hex')}`
    const project = writeProject(person.home, {
      name: 'very-private-name',
      app: `print("${secret}")\ndef app(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n`,
      files: { 'secrets.json': `{"s": "${secret}"}`, 'secrets_to_seal.json': `{"s": "${secret}"}` },
    })
    const { data, error } = await person.json<Deployed>('deploy', project, '--san', 'app.private.example')
    expect(error).toBeNull()
    const trace = `Error: ${secret}\n    at f (file://${person.home}/x.js:1:2)\n`
    writeFileSync(join(person.state, 'crash-2026-11-26T10-00-00-000Z-7.log'), trace)

    expect((await person.mse('doctor', '--platform', 'software', '--bundle', file())).code).toBe(0)
    const text = read(file())
    const bundle = JSON.parse(text) as Record<string, unknown>
    expect(Object.keys(bundle)).toEqual(['schema', 'made', 'versions', 'platform', 'checks', 'applications', 'crashes'])
    expect(bundle).toMatchObject({
      applications: [{ number: 1, state: 'running', failure: null }],
      crashes: [{ frames: ['f x.js:1:2'] }],
    })
    const platform = JSON.parse(read(person.state, 'software-platform.json')) as { secret: string }
    const owner = readFileSync(join(person.home, '.config/mse/owner.pem'), 'utf8').split('\n')[1] ?? ''
    const others = ['very-private-name', 'app.private.example', 'pccs.internal.example', data.url, data.folder]
    for (const word of [secret, platform.secret, owner, person.home, hostname(), ...others]) {
      expect(word.length).toBeGreaterThan(0)
      expect(text.includes(word), word).toBe(false)
    }
    expect(text).not.toContain(data.verdict.measurement)
    expect(text).not.toMatch(new RegExp(`\\b${userInfo().homedir}\\b`))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('is written of a machine that is not ready, too, and over no other file', async () => {
    const other = join(person.home, 'other.json')
    const { code } = await person.mse('doctor', '--platform', 'software', '--port', '1', '--bundle', other)
    expect(code).toBe(5)
    expect(read(other)).toContain('"host/port"')
    const again = await person.json('doctor', '--platform', 'software', '--bundle', other)
    expect(again.error?.code).toBe('usage/exists')
    expect((await person.mse('doctor', '--platform', 'software', '--bundle', other, '--force')).code).toBe(0)
  })

  it('of a home that was never used, and leaves nothing but the file', async () => {
    const home = join(person.home, 'fresh')
    mkdirSync(home)
    const fresh = new Person({ HOME: home })
    const path = join(home, 'support.json')
    expect((await fresh.mse('doctor', '--platform', 'software', '--bundle', path)).code).toBe(0)
    expect(JSON.parse(read(path))).toMatchObject({ applications: [], crashes: [] })
    expect(existsSync(join(home, '.local'))).toBe(false)
    await fresh.leave()
  })
})
