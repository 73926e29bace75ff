import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { exampleApp } from '../testing/example-app.ts'
import {
  appFolders,
  currentLaunch,
  currentPath,
  findApp,
  hasCurrent,
  launchFolder,
  listApps,
  makeCurrent,
  otherLaunches,
  readApp,
  writeApp,
} from './app.ts'
import { appFolder, folders as foldersOf, lockPath, type Folders } from './paths.ts'

const folder = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: folder() })

async function deployed(name: string, instance = '0'.repeat(32)): Promise<string> {
  const launch = launchFolder(appFolder(folders(), name), instance)
  await writeApp(launch, exampleApp({ name, instance }))
  await makeCurrent(launch)
  return launch
}

it('has no applications at first', async () => {
  expect(await listApps(folders())).toEqual([])
  expect(await appFolders(folders())).toEqual([])
})

it('finds again what was written, by name', async () => {
  for (const name of ['two', 'one']) await deployed(name)
  expect((await listApps(folders())).map((one) => one.app.name)).toEqual(['one', 'two'])
  expect(await findApp(folders(), 'one')).toEqual({
    folder: launchFolder(appFolder(folders(), 'one'), '0'.repeat(32)),
    app: exampleApp({ name: 'one' }),
  })
})

it('an unknown name is refused with the names that there are', async () => {
  await deployed('one')
  await expect(findApp(folders(), 'two')).rejects.toThrow(refusal('state/no-such-app', { found: 'one' }))
})

it('a launch becomes the application from one moment to the next; the one before is one of the others', async () => {
  const home = appFolder(folders(), 'one')
  const first = await deployed('one')
  const second = launchFolder(home, '1'.repeat(32))
  await writeApp(second, exampleApp({ name: 'one', instance: '1'.repeat(32) }))
  expect(await otherLaunches(home)).toEqual([second])
  expect((await currentLaunch(home))?.folder).toBe(first)
  await makeCurrent(second)
  expect((await currentLaunch(home))?.folder).toBe(second)
  expect(await otherLaunches(home)).toEqual([first])
  expect((await readApp(currentPath(first)))?.instance).toBe('1'.repeat(32))
  expect(readdirSync(home).filter((name) => name.endsWith('.new'))).toEqual([])
})

it('a folder without a record is swept but not listed; a lock is neither', async () => {
  const lost = appFolder(folders(), 'lost')
  mkdirSync(lost, { recursive: true })
  writeFileSync(lockPath(lost), '{}')
  expect(await listApps(folders())).toEqual([])
  expect(await appFolders(folders())).toEqual([lost])
  expect(await hasCurrent(lost)).toBe(false)
})

it('a record that is half there is no application, and is there', async () => {
  const launch = await deployed('one')
  writeFileSync(join(launch, 'app.json'), '{"name":')
  const home = appFolder(folders(), 'one')
  expect(await currentLaunch(home)).toBeUndefined()
  expect(await hasCurrent(home)).toBe(true)
})
