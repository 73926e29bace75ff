import { mkdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { firstDifference } from './first-difference.ts'
import type { Index } from './index-file.ts'

const folder = temporaryFolder()

async function example(): Promise<Index> {
  mkdirSync(`${folder()}/package`)
  return (await writePackage(`${folder()}/package`, { 'code/a.py.age': 'one', 'code/b.py.age': 'two' })).index
}

it('two packages that are the same', async () => {
  const index = await example()
  expect(firstDifference(index, { ...index })).toBeUndefined()
})

it('names the configuration before the rest, and the rest before the files', async () => {
  const index = await example()
  const [first, second] = index.files as [Index['files'][0], Index['files'][0]]
  const files = [{ ...first, sha256: second.sha256 }]
  const python = '3.12'
  const configuration = { ...index.configuration, threads: 3 }
  expect(firstDifference(index, { ...index, configuration, python, files })).toEqual({
    name: 'configuration.threads',
    expected: '10',
    found: '3',
  })
  expect(firstDifference(index, { ...index, python, files })).toMatchObject({ name: 'python', found: '3.12' })
  expect(firstDifference(index, { ...index, files })?.name).toBe('code/a.py.age')
  expect(firstDifference(index, { ...index, files: [first] })).toMatchObject({
    name: 'code/b.py.age',
    found: undefined,
  })
  expect(firstDifference({ ...index, files: [first] }, index)).toMatchObject({ expected: undefined })
})
