import { existsSync } from 'node:fs'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MseError } from '../error.ts'
import { folders as foldersOf, type Folders } from '../state/paths.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { softwareFingerprint } from '../package/fingerprint.ts'
import { asFailure } from './failure.ts'
import { platformNames } from './platform.ts'
import { choosePlatform, ownSoftwareRoots } from './platforms.ts'
import { keyDigest } from './software/key-digest.ts'

const folder = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: folder() })
const sgxIsHere = existsSync('/dev/sgx_enclave')

it.skipIf(sgxIsHere)('SGX on a machine without it is refused, and never becomes software', async () => {
  const platform = choosePlatform('sgx', folders())
  expect(platform.name).toBe('sgx')
  await expect(platform.requireReady()).rejects.toThrow(refusal('environment/sgx'))
})

it.each(['software', 'container', 'gramine-direct', 'sgx'] as const)('%s is what it is called', (name) => {
  expect(choosePlatform(name, folders()).name).toBe(name)
})

it.skipIf(sgxIsHere)('auto is software on a machine without SGX, whatever anything else says', () => {
  expect(choosePlatform('auto', folders()).name).toBe('software')
})

it.runIf(sgxIsHere)('auto never falls to software on a machine that has SGX', () => {
  expect(choosePlatform('auto', folders()).name).toBe('sgx')
})

it('asking for the own roots does not make one', async () => {
  expect(await ownSoftwareRoots(folders())).toEqual([])
  expect(existsSync(folders().state)).toBe(false)
})

it('measures a package: its fingerprint, its owner, the own root and no other', async () => {
  const { owner: _, ...artefact } = await writePackage(mkdtempSync(join(folder(), 'package-')), { 'code/a.age': 'a' })
  const measured = await choosePlatform('software', folders()).measure(artefact)
  expect(measured).toEqual({
    platform: 'software',
    softwareRoots: await ownSoftwareRoots(folders()),
    measurement: [softwareFingerprint(artefact.indexBytes)],
    signer: [keyDigest(artefact.index.owner)],
  })
  expect(measured).toHaveProperty('softwareRoots.length', 1)
})

it('every platform is chosen by its name, and by no other', () => {
  expect(platformNames.map((name) => choosePlatform(name, folders()).name)).toEqual([...platformNames])
})

it('an enclave of which nothing is left is not alive and has no reason', async () => {
  const running = choosePlatform('software', folders()).attach(join(folder(), 'gone'))
  expect(await running.isAlive()).toBe(false)
  expect(await running.failure()).toMatchObject({ code: 'launch/supervisor-died' })
  await expect(running.stop()).resolves.toBeUndefined()
})

it('a supervisor whose number another process has now is not alive, and is not killed', async () => {
  writeFileSync(join(folder(), 'supervisor.json'), JSON.stringify({ pid: process.pid, started: '1' }))
  const running = choosePlatform('software', folders()).attach(folder())
  expect(await running.isAlive()).toBe(false)
  await running.stop()
})

it('writes an error down as a failure, with all that it says', () => {
  const more = { expected: 'a', found: 'b', next: 'c' }
  expect(asFailure(new MseError('launch/x', 'message', more))).toEqual({
    code: 'launch/x',
    message: 'message',
    ...more,
  })
  expect(asFailure(new MseError('launch/x', 'message'))).toEqual({ code: 'launch/x', message: 'message' })
  const system = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  expect(asFailure(system)).toEqual({ code: 'launch/failed', message: 'Error: no space' })
  expect(asFailure(undefined)).toEqual({ code: 'launch/failed', message: 'undefined' })
})
