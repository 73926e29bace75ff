import type { SoftwarePolicy } from '@mse/attest'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MseError } from '../error.ts'
import type { Interpreter } from '../package/interpreter.ts'
import { readApp } from '../state/app.ts'
import { processName } from '../state/process.ts'
import { exampleApp } from '../testing/example-app.ts'
import { examplePlatform, exampleRunning, type Asked } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { launchApp, type LaunchOptions } from './launch-app.ts'
import { orRemoved, settle, type Launched } from './launched.ts'

const folder = temporaryFolder()
const policy: SoftwarePolicy = {
  platform: 'software',
  softwareRoots: [],
  measurement: ['ab'],
  signer: 'any',
  debug: 'refused',
}

function launched(asked: Asked): Launched {
  const app = exampleApp({ deployer: processName(process.pid) ?? null })
  return { folder: join(folder(), 'app'), app, running: exampleRunning(asked), policy }
}

it('what is settled is on record before it is let go', async () => {
  const asked: Asked = []
  const app = await settle(launched(asked))
  expect(app.deployer).toBeNull()
  expect(await readApp(join(folder(), 'app'))).toEqual(app)
  expect(asked).toEqual(['detach'])
})

it('what fails is stopped for that reason, and its certificate is no longer offered', async () => {
  const asked: Asked = []
  const one = launched(asked)
  mkdirSync(one.folder)
  writeFileSync(join(one.folder, 'certificate.pem'), '')
  const failed = orRemoved(one, async () => Promise.reject(new MseError('serve/unhealthy', 'no')))
  await expect(failed).rejects.toThrow(refusal('serve/unhealthy'))
  expect(asked).toEqual(['stop', { code: 'serve/unhealthy', message: 'no' }])
  expect(existsSync(join(one.folder, 'certificate.pem'))).toBe(false)
  expect(await readApp(one.folder)).toMatchObject({ deployer: null })
})

it('what succeeds is left alone', async () => {
  const asked: Asked = []
  expect(await orRemoved(launched(asked), async () => 'done')).toBe('done')
  expect(asked).toEqual([])
})

describe('before anything is stopped', () => {
  const options: LaunchOptions = { address: '127.0.0.1', port: 0, names: ['localhost'], timeout: 1_000, patience: 60 }
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
  ])('%s is refused', async (_, code, python, change) => {
    const asked: Asked = []
    const artefact = await writePackage(folder(), { 'code/a.age': 'a' })
    const platform = examplePlatform(policy, exampleRunning(asked), asked)
    const packed = { artefact, interpreter: { ...interpreter, ...python } }
    const launch = launchApp(exampleSession(folder()), join(folder(), 'app'), packed, platform, {
      ...options,
      ...change,
    })
    await expect(launch).rejects.toThrow(refusal(code))
    expect(asked).toEqual([])
  })
})
