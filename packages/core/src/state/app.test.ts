import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { exampleApp } from '../testing/example-app.ts'
import { appFolders, findApp, listApps, readApp, writeApp } from './app.ts'
import { appFolder, folders as foldersOf, lockPath, type Folders } from './paths.ts'

const folder = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: folder() })

it('has no applications at first', async () => {
  expect(await listApps(folders())).toEqual([])
  expect(await appFolders(folders())).toEqual([])
})

it('finds again what was written, by name', async () => {
  for (const name of ['two', 'one']) await writeApp(appFolder(folders(), name), exampleApp({ name }))
  expect((await listApps(folders())).map((one) => one.app.name)).toEqual(['one', 'two'])
  expect(await findApp(folders(), 'one')).toEqual({
    folder: appFolder(folders(), 'one'),
    app: exampleApp({ name: 'one' }),
  })
})

it('an unknown name is refused with the names that there are', async () => {
  await writeApp(appFolder(folders(), 'one'), exampleApp({ name: 'one' }))
  await expect(findApp(folders(), 'two')).rejects.toThrow(refusal('state/no-such-app', { found: 'one' }))
})

it('a folder without a record is swept but not listed; a lock is neither', async () => {
  const lost = appFolder(folders(), 'lost')
  mkdirSync(lost, { recursive: true })
  writeFileSync(lockPath(lost), '{}')
  expect(await listApps(folders())).toEqual([])
  expect(await appFolders(folders())).toEqual([lost])
  expect(await readApp(lost)).toBeUndefined()
  writeFileSync(join(lost, 'app.json'), '{"name":')
  expect(await readApp(lost)).toBeUndefined()
})
