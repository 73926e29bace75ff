import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { currentPath, launchFolder, makeCurrent, writeApp } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { appFolder, folders as foldersOf, lockPath, type Folders } from '../state/paths.ts'
import { exampleApp } from '../testing/example-app.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { sweep } from './sweep.ts'

const home = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: home() })
const now = new Date('2026-06-15T12:00:00Z')
let folder: string
let first: string
let second: string
beforeEach(() => {
  folder = appFolder(folders(), 'hello')
  first = launchFolder(folder, '0'.repeat(32))
  second = launchFolder(folder, '1'.repeat(32))
})

it('removes a launch whose deploy was killed, its files too', async () => {
  await writeApp(first, exampleApp())
  writeFileSync(join(first, 'storage.img'), 'ciphertext')
  await sweep(folders(), now)
  expect(existsSync(folder)).toBe(false)
})

it('removes the candidate of a deployment that was killed, and leaves the application', async () => {
  await writeApp(first, exampleApp())
  await makeCurrent(first)
  await writeApp(second, exampleApp({ instance: '1'.repeat(32) }))
  await sweep(folders(), now)
  expect(existsSync(second)).toBe(false)
  expect(existsSync(join(currentPath(first), 'app.json'))).toBe(true)
})

it('removes what was replaced by a command that was killed before it did', async () => {
  for (const one of [first, second]) {
    await writeApp(one, exampleApp())
    await makeCurrent(one)
  }
  await sweep(folders(), now)
  expect([existsSync(first), existsSync(second)]).toEqual([false, true])
})

it('removes a folder whose record was never written', async () => {
  mkdirSync(first, { recursive: true })
  await sweep(folders(), now)
  expect(existsSync(folder)).toBe(false)
})

it('leaves what was deployed, what waits for its owner, and why a deployment failed', async () => {
  await writeApp(first, exampleApp())
  await makeCurrent(first)
  mkdirSync(join(folder, 'failed'))
  await sweep(folders(), now)
  expect([existsSync(first), existsSync(join(folder, 'failed'))]).toEqual([true, true])
})

it('leaves what another command works on', async () => {
  await withLock(lockPath(folder), async () => {
    await writeApp(first, exampleApp())
    await sweep(folders(), now)
    expect(existsSync(first)).toBe(true)
  })
})

it('deletes what an expired application has stored, and keeps its record and its log', async () => {
  await writeApp(first, exampleApp({ expires: '2026-06-15T11:59:59.000Z' }))
  await makeCurrent(first)
  mkdirSync(join(first, 'package'))
  for (const file of ['storage.img', 'plan.json', 'log']) writeFileSync(join(first, file), '')
  await sweep(folders(), now)
  const left = ['app.json', 'log', 'storage.img', 'plan.json', 'package'].filter((name) =>
    existsSync(join(first, name)),
  )
  expect(left).toEqual(['app.json', 'log'])
})

it('has nothing to do at first', async () => {
  await expect(sweep(folders(), now)).resolves.toBeUndefined()
})

it('leaves an application whose record cannot be read: it may run', async () => {
  await writeApp(first, exampleApp())
  await makeCurrent(first)
  writeFileSync(join(first, 'app.json'), '')
  await sweep(folders(), now)
  expect(existsSync(join(first, 'app.json'))).toBe(true)
})

it('removes what a process that was killed had begun to write', async () => {
  await writeApp(first, exampleApp())
  await makeCurrent(first)
  for (const path of [join(first, 'report.json.0123456789ab.tmp'), join(folder, 'current.new')]) writeFileSync(path, '')
  await sweep(folders(), now)
  expect([readdirSync(first), readdirSync(folder).toSorted()]).toEqual([['app.json'], [basename(first), 'current']])
})

it('removes keys that were half written, once nobody can still be writing them', async () => {
  mkdirSync(folders().config, { recursive: true })
  const half = join(folders().config, 'owner.pem.0123456789ab.tmp')
  writeFileSync(half, 'key')
  await sweep(folders(), new Date())
  expect(existsSync(half)).toBe(true)
  await sweep(folders(), new Date(Date.now() + 120_000))
  expect(existsSync(half)).toBe(false)
})
