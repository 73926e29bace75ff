import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LaunchOptions } from '../launch/launch-options.ts'
import { codeKey } from '../owner/keys.ts'
import type { Artefact } from '../package/artefact.ts'
import type { Secrets } from '../provision/bundle.ts'
import { secretsDigest } from '../provision/digest.ts'
import { writeApp, type App } from '../state/app.ts'
import { exampleApp } from '../testing/example-app.ts'
import { examplePlatform, exampleRunning } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { answer, startEnclave, type MakeBelieveEnclave } from '../testing/make-believe-enclave.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { appStatus } from './app-status.ts'
import { sameAsDeployed, type Same } from './same-as-deployed.ts'

const home = temporaryFolder()
const folder = (): string => join(home(), 'app', '0'.repeat(8))
const secrets: Secrets = { secrets: Buffer.from('{}'), sealed: undefined }
const options: LaunchOptions = {
  address: '127.0.0.1',
  port: 0,
  names: ['localhost'],
  timeout: 1_000,
  patience: 60,
  expires: undefined,
}
let state = 'running'
let enclave: MakeBelieveEnclave
let artefact: Artefact
let app: App

beforeEach(async () => {
  state = 'running'
  enclave = await startEnclave((socket, text) => answer(200, JSON.stringify({ state }))(socket, text))
  mkdirSync(join(folder(), 'package'), { recursive: true })
  artefact = await writePackage(join(folder(), 'package'), { 'code/a.age': 'a' })
  const session = exampleSession(home())
  const delivered = secretsDigest(secrets, await codeKey(session.folders.config, 'hello'))
  app = exampleApp({ port: enclave.endpoint.port, delivered })
  await writeApp(folder(), app)
})
afterEach(async () => enclave.stop())

function same(
  given: {
    alive?: boolean
    kept?: boolean
    secrets?: Secrets
    options?: LaunchOptions
    fingerprint?: string
    app?: App
  } = {},
): Promise<Same | undefined> {
  const policy = { ...enclave.policy, measurement: [given.fingerprint ?? app.fingerprint] }
  const running = exampleRunning([], given.alive ?? true, given.kept ?? false)
  const before = { folder: folder(), app: given.app ?? app, running }
  const platform = examplePlatform(policy, running)
  const delivered = given.secrets ?? secrets
  return sameAsDeployed(exampleSession(home()), before, artefact, platform, delivered, given.options ?? options)
}

it('what has not changed serves on, and is asked for its port or for any', async () => {
  expect(await same()).toMatchObject({ folder: folder(), app, ended: false })
  expect(await same({ options: { ...options, port: app.port } })).toBeDefined()
})

it.each<[string, Parameters<typeof same>[0]]>([
  ['code', { fingerprint: 'cd'.repeat(32) }],
  ['secrets', { secrets: { ...secrets, sealed: Buffer.from('{}') } }],
  ['a port', { options: { ...options, port: 1 } }],
  ['an address', { options: { ...options, address: '0.0.0.0' } }],
  ['names', { options: { ...options, names: ['localhost', 'app.example'] } }],
  ['life', { alive: false }],
])('changed %s', async (_, given) => {
  expect(await same(given)).toBeUndefined()
})

it.each(['waiting', 'starting', 'failed'])('an application that is %s does not serve', async (other) => {
  state = other
  expect(await same()).toBeUndefined()
})

it('an application whose package was changed on disk', async () => {
  writeFileSync(join(folder(), 'package/code/a.age'), 'b')
  expect(await same()).toBeUndefined()
})

it('an application that was never provisioned, and none at all', async () => {
  expect(await same({ app: { ...app, delivered: null } })).toBeUndefined()
  expect(await same({ app: { ...app, platform: 'sgx' } })).toBeUndefined()
})

it('one that has ended is the same if what it stored is there', async () => {
  expect(await same({ alive: false, kept: true })).toMatchObject({ ended: true })
  expect(await same({ alive: false, kept: false })).toBeUndefined()
})

it('an application of which only the record is left has failed, and says why', async () => {
  const status = await appStatus(exampleSession(home()), { folder: folder(), app })
  expect(status).toMatchObject({ state: 'failed', certificate: undefined, failure: { code: 'launch/supervisor-died' } })
  writeFileSync(join(folder(), 'report.json'), '{"phase":"stopped"}')
  expect(await appStatus(exampleSession(home()), { folder: folder(), app })).toMatchObject({ state: 'stopped' })
})

it('an application whose time is over has expired, whatever became of its supervisor', async () => {
  const over = { ...app, expires: new Date(Date.now() - 1000).toISOString() }
  const status = await appStatus(exampleSession(home()), { folder: folder(), app: over })
  expect(status).toMatchObject({ state: 'expired', failure: undefined })
})
