import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LaunchOptions } from '../launch/launch-app.ts'
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
import { stillServing, type Serving } from './still-serving.ts'

const home = temporaryFolder()
const folder = (): string => join(home(), 'app')
const secrets: Secrets = { secrets: Buffer.from('{}'), sealed: undefined }
const options: LaunchOptions = { address: '127.0.0.1', port: 0, names: ['localhost'], timeout: 1_000, patience: 60 }
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

function serving(
  given: { alive?: boolean; secrets?: Secrets; options?: LaunchOptions; fingerprint?: string } = {},
): Promise<Serving | undefined> {
  const policy = { ...enclave.policy, measurement: [given.fingerprint ?? app.fingerprint] }
  const platform = examplePlatform(policy, exampleRunning([], given.alive ?? true))
  return stillServing(
    exampleSession(home()),
    folder(),
    artefact,
    platform,
    given.secrets ?? secrets,
    given.options ?? options,
  )
}

it('what has not changed serves on, and is asked for its port or for any', async () => {
  expect(await serving()).toMatchObject({ folder: folder(), app })
  expect(await serving({ options: { ...options, port: app.port } })).toBeDefined()
})

it.each<[string, Parameters<typeof serving>[0]]>([
  ['code', { fingerprint: 'cd'.repeat(32) }],
  ['secrets', { secrets: { ...secrets, sealed: Buffer.from('{}') } }],
  ['a port', { options: { ...options, port: 1 } }],
  ['an address', { options: { ...options, address: '0.0.0.0' } }],
  ['names', { options: { ...options, names: ['localhost', 'app.example'] } }],
  ['life', { alive: false }],
])('changed %s', async (_, given) => {
  expect(await serving(given)).toBeUndefined()
})

it.each(['waiting', 'starting', 'failed'])('an application that is %s does not serve', async (other) => {
  state = other
  expect(await serving()).toBeUndefined()
})

it('an application whose package was changed on disk', async () => {
  writeFileSync(join(folder(), 'package/code/a.age'), 'b')
  expect(await serving()).toBeUndefined()
})

it('an application that was never provisioned, and none at all', async () => {
  await writeApp(folder(), { ...app, delivered: null })
  expect(await serving()).toBeUndefined()
  await writeApp(folder(), { ...app, platform: 'sgx' })
  expect(await serving()).toBeUndefined()
})

it('an application of which only the record is left has failed, and says why', async () => {
  const status = await appStatus(exampleSession(home()).folders, { folder: folder(), app })
  expect(status).toMatchObject({ state: 'failed', certificate: undefined, failure: { code: 'launch/supervisor-died' } })
  writeFileSync(join(folder(), 'report.json'), '{"phase":"stopped"}')
  expect(await appStatus(exampleSession(home()).folders, { folder: folder(), app })).toMatchObject({ state: 'stopped' })
})
