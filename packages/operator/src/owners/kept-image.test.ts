import { expect, it } from 'vitest'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { forgetImage, keepImage, keptImage, keptImages, type KeptImage } from './kept-image.ts'
import { operatorFolders, ownerFolders } from './operator-folders.ts'

const home = temporaryFolder()
const folders = (): ReturnType<typeof ownerFolders> =>
  ownerFolders(operatorFolders(exampleSession(home()).folders), 'ada')
const of = (name: string, hardware = 1): KeptImage => ({ name, image: 'sha256:1', blobs: [], hardware, storage: 0 })

it('images that were read are read again after each change', async () => {
  const owner = folders()
  expect(await keptImages(owner)).toEqual([])
  await keepImage(owner, of('one'))
  expect(await keptImages(owner)).toEqual([of('one')])
  await keepImage(owner, of('one', 2))
  await keepImage(owner, of('two'))
  expect((await keptImages(owner)).toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([of('one', 2), of('two')])
  await forgetImage(owner, 'one')
  expect(await keptImages(owner)).toEqual([of('two')])
  expect(await keptImage(owner, 'one')).toBeUndefined()
})

it('who asks while one is being kept does not hide it from who asks afterwards', async () => {
  const owner = folders()
  await keepImage(owner, of('one'))
  const keeping = keepImage(owner, of('two'))
  const meanwhile = keptImages(owner)
  await keeping
  expect(await keptImages(owner)).toHaveLength(2)
  expect((await meanwhile).length).toBeGreaterThan(0)
})
