import { afterAll, beforeAll, expect, it } from 'vitest'
import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { writeProject } from './support/project.ts'
import { filesContaining } from './support/traces.ts'

/** An owner renews the certificate of what an operator runs for them. */
const machine = new OperatorMachine()
let ada: OperatorsOwner
let bob: OperatorsOwner

/** Counts in its storage, and says what it was given. */
const app = `
import os, pathlib
def app(environ, start_response):
    count = pathlib.Path(os.environ["HOME"], "count")
    if environ["PATH_INFO"] == "/count":
        count.write_text(str(int(count.read_text() if count.exists() else 0) + 1))
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/sealed":
        return [pathlib.Path(os.environ["SEALED_SECRETS_PATH"]).read_bytes()]
    return [count.read_bytes() if count.exists() else b"0"]
`
const files = { 'secrets_to_seal.json': JSON.stringify({ key: 'for the enclave alone' }) }

beforeAll(async () => {
  await machine.serve()
  ada = await machine.owner('ada')
  bob = await machine.owner('bob')
})
afterAll(() => machine.leave(ada, bob))

const project = (name: string, toml = ''): string =>
  writeProject(ada.person.home, { name, toml: `storage = "16m"\nhardware = "256m"\n${toml}`, app, files })

it(
  'storage and fingerprint stay, and clients that pin certificates get both before',
  { timeout: 240_000 },
  async () => {
    const folder = project('lasting')
    const { data, error } = await ada.deploy<Deployed>(folder)
    expect(error).toBeNull()
    const pem = (): string => readFileSync(data.certificate, 'utf8')
    const old = pem()
    expect((await call(`${data.url}/count`, data.certificate)).body).toBe('1')
    expect((await ada.json('renew', folder, '--finish')).error?.code).toBe('renewal/not-begun')

    const begun = await ada.json<Deployed>('renew', folder)
    expect(begun.error).toBeNull()
    expect(begun.data.url).toBe(data.url)
    expect(pem().startsWith(old)).toBe(true)
    expect(pem().match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    const status = await ada.json<{ certificate: string; tls: string }>('status', 'lasting')
    expect(status.data).toMatchObject({ certificate: data.certificate, state: 'running', tls: 'enclave' })

    const finished = await ada.json<Deployed>('renew', folder, '--finish')
    expect(finished.error).toBeNull()
    expect(finished.data.verdict.measurement).toBe(data.verdict.measurement)
    expect(pem()).not.toContain(old)
    expect((await call(`${data.url}/count`, data.certificate)).body).toBe('2')
    expect((await call(`${data.url}/sealed`, data.certificate)).body).toBe(files['secrets_to_seal.json'])

    expect((await ada.json('restart', 'lasting')).error).toBeNull()
    expect((await call(`${data.url}/`, data.certificate)).body).toBe('2')
    const unchanged = await ada.deploy<Deployed>(folder)
    expect(unchanged.data.unchanged).toBe(true)
    // What the operator's machine has of it is what the supervisor of the software enclave keeps in memory alone.
    expect(filesContaining(machine.person.home, ['for the enclave alone'])).toEqual([])
  },
)

it('the application of another owner is nobody else’s to renew: operator/no-record', async () => {
  expect((await bob.json('renew', '--app', 'lasting')).error?.code).toBe('operator/no-record')
})

it('who has no record of it here renews nothing: operator/no-record', { timeout: 120_000 }, async () => {
  const folder = project('forgotten')
  const { data } = await ada.deploy<Deployed>(folder)
  rmSync(dirname(dirname(data.certificate)), { recursive: true, force: true })
  for (const words of [[folder], [folder, '--finish'], ['--app', 'forgotten']])
    expect((await ada.json('renew', ...words)).error?.code).toBe('operator/no-record')
})

it('one that keeps no keys has nothing to renew: renewal/reprovision', { timeout: 120_000 }, async () => {
  const folder = project('keeping-nothing', 'restart = "reprovision"\n')
  expect((await ada.deploy(folder)).error).toBeNull()
  expect((await ada.json('renew', folder)).error?.code).toBe('renewal/reprovision')
})

it('the status of an application there says how its connections end', { timeout: 120_000 }, async () => {
  const folder = project('proxied', 'proxy = "forwarded"\n')
  expect((await ada.deploy(folder)).error).toBeNull()
  const { data, warnings } = await ada.json<{ proxy: string; certificateExpires: string }>('status', 'proxied')
  expect(data).toMatchObject({ proxy: 'forwarded', tls: 'enclave' })
  expect(new Date(data.certificateExpires).getTime()).toBeGreaterThan(Date.now())
  expect(warnings.join()).toContain('proxy')
})
