import type { SoftwarePolicy } from '@mse/attest'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MseError } from '../error.ts'
import type { Interpreter } from '../package/interpreter.ts'
import { currentLaunch, launchFolder, makeCurrent, readApp, writeApp } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { exampleApp } from '../testing/example-app.ts'
import { examplePlatform, exampleRunning, type Asked } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { launchApp } from './launch-app.ts'
import type { LaunchOptions } from './launch-options.ts'
import { failedFolder, orRemoved, settle, type Launched } from './launched.ts'

const folder = temporaryFolder()
const policy: SoftwarePolicy = {
  platform: 'software',
  softwareRoots: [],
  measurement: ['ab'],
  signer: 'any',
  debug: 'refused',
}

const home = (): string => join(folder(), 'app')

async function launched(asked: Asked, before?: { alive: boolean; kept: boolean }): Promise<Launched> {
  const app = exampleApp({ instance: '1'.repeat(32) })
  const one = { folder: launchFolder(home(), app.instance), app, running: exampleRunning(asked), policy }
  await writeApp(one.folder, app)
  const endpoint = endpointOf(app)
  if (before === undefined) return { ...one, endpoint, before: undefined }
  const old = exampleApp()
  const running = exampleRunning(asked, before.alive, before.kept)
  const place = launchFolder(home(), old.instance)
  await writeApp(place, old)
  await makeCurrent(place)
  return { ...one, endpoint, before: { folder: place, app: old, running } }
}

it('what is settled takes over and is let go before it is on record, and then only what was there before goes', async () => {
  const asked: Asked = []
  const one = await launched(asked, { alive: true, kept: true })
  expect(await settle(one)).toEqual(one.app)
  expect(asked).toEqual(['take over', 'detach', 'retire'])
  expect((await currentLaunch(home()))?.app).toEqual(one.app)
  expect(existsSync(one.before?.folder as string)).toBe(false)
})

it('what does not take over does not become the application', async () => {
  const asked: Asked = []
  const one = await launched(asked, { alive: true, kept: true })
  const takeOver = async (): Promise<void> => Promise.reject(new MseError('launch/take-over', 'no'))
  const broken = { ...one, running: { ...one.running, takeOver } }
  await expect(orRemoved(broken, () => settle(broken))).rejects.toThrow(refusal('launch/take-over'))
  expect((await currentLaunch(home()))?.app).toEqual(one.before?.app)
  expect(asked).toEqual(['stop', { code: 'launch/take-over', message: 'no' }])
})

const unhealthy = async (): Promise<never> => Promise.reject(new MseError('serve/unhealthy', 'no'))

it('what fails is stopped for that reason, and its certificate is no longer offered; it is there to say why', async () => {
  const asked: Asked = []
  const one = await launched(asked)
  writeFileSync(join(one.folder, 'certificate.pem'), '')
  await expect(orRemoved(one, unhealthy)).rejects.toThrow(refusal('serve/unhealthy'))
  expect(asked).toEqual(['stop', { code: 'serve/unhealthy', message: 'no' }])
  expect(existsSync(join(one.folder, 'certificate.pem'))).toBe(false)
  expect((await currentLaunch(home()))?.app).toEqual(one.app)
})

it.each([
  ['serves', { alive: true, kept: true }],
  ['can be started again', { alive: false, kept: true }],
])('what fails beside one that %s leaves that one the application, and is put aside', async (_, before) => {
  const one = await launched([], before)
  await expect(orRemoved(one, unhealthy)).rejects.toThrow(refusal('serve/unhealthy'))
  expect((await currentLaunch(home()))?.app).toEqual(one.before?.app)
  expect(await readApp(failedFolder(home()))).toEqual(one.app)
  expect(existsSync(one.folder)).toBe(false)
})

it('what fails in the place of one that is over takes its place', async () => {
  const one = await launched([], { alive: false, kept: false })
  await expect(orRemoved(one, unhealthy)).rejects.toThrow(refusal('serve/unhealthy'))
  expect((await currentLaunch(home()))?.app).toEqual(one.app)
  expect(existsSync(one.before?.folder as string)).toBe(false)
})

it('what succeeds is left alone', async () => {
  const asked: Asked = []
  expect(await orRemoved(await launched(asked), async () => 'done')).toBe('done')
  expect(asked).toEqual([])
})

describe('before anything is started', () => {
  const options: LaunchOptions = {
    address: '127.0.0.1',
    port: 0,
    names: ['localhost'],
    timeout: 1_000,
    patience: 60,
    expires: undefined,
  }
  const interpreter: Interpreter = {
    executable: '/usr/bin/python3',
    prefix: '/usr',
    version: '3.11.2',
    minor: '3.11',
    implementation: 'cpython',
    abi: '',
    platform: '',
    libc: 'glibc 2.36',
  }

  it.each<[string, string, Partial<Interpreter>, Partial<LaunchOptions>]>([
    ['a package for another Python', 'environment/python', { minor: '3.12' }, {}],
    ['a C library that is older than the wheels', 'environment/libc', { libc: 'glibc 2.31' }, {}],
    ['a C library that is another one', 'environment/libc', { libc: '' }, {}],
    ['a name that no certificate can have', 'launch/malformed', {}, { names: ['app_example'] }],
    ['an address that is a name', 'launch/malformed', {}, { address: 'localhost' }],
    ['a port beyond the last', 'launch/malformed', {}, { port: 65_536 }],
    ['an end that is past', 'launch/expires', {}, { expires: new Date(0) }],
  ])('%s is refused', async (_, code, python, change) => {
    const asked: Asked = []
    const artefact = await writePackage(folder(), { 'code/a.age': 'a' })
    const platform = examplePlatform(policy, exampleRunning(asked), asked)
    const packed = { artefact, interpreter: { ...interpreter, ...python } }
    const wanted = { ...options, ...change }
    const launch = launchApp(exampleSession(folder()), home(), packed, platform, wanted, undefined)
    await expect(launch).rejects.toThrow(refusal(code))
    expect(asked).toEqual([])
  })
})
