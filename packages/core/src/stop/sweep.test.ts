import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { writeApp } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { appFolder, folders as foldersOf, lockPath, type Folders } from '../state/paths.ts'
import { processName, type ProcessName } from '../state/process.ts'
import { exampleApp } from '../testing/example-app.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { sweep } from './sweep.ts'

const home = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: home() })
let folder: string
beforeEach(() => (folder = appFolder(folders(), 'hello')))

const nobody: ProcessName = { pid: process.pid, started: '1' }

it('removes an application whose deploy was killed, its files too', async () => {
  const child = spawn('sleep', ['60'])
  const deployer = processName(child.pid as number) as ProcessName
  await writeApp(folder, exampleApp({ deployer }))
  writeFileSync(join(folder, 'storage.img'), 'ciphertext')
  await sweep(folders())
  expect(existsSync(folder)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await sweep(folders())
  expect(existsSync(folder)).toBe(false)
})

it('removes a folder whose record was never written', async () => {
  mkdirSync(folder, { recursive: true })
  await sweep(folders())
  expect(existsSync(folder)).toBe(false)
})

it('leaves what was deployed, and what waits for its owner', async () => {
  await writeApp(folder, exampleApp({ deployer: null }))
  await sweep(folders())
  expect(existsSync(folder)).toBe(true)
})

it('leaves what another command works on', async () => {
  await withLock(lockPath(folder), async () => {
    await writeApp(folder, exampleApp({ deployer: nobody }))
    await sweep(folders())
    expect(existsSync(folder)).toBe(true)
  })
})

it('has nothing to do at first', async () => {
  await expect(sweep(folders())).resolves.toBeUndefined()
})

it('leaves an application whose record cannot be read: it may run', async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'app.json'), '')
  await sweep(folders())
  expect(existsSync(join(folder, 'app.json'))).toBe(true)
})
