import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folders as foldersOf, type Folders } from '../state/paths.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { examine } from './examine.ts'

const home = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: home() })

it('looks at everything once, and leaves nothing behind in a home that mse was never used in', async () => {
  const diagnoses = await examine(folders(), process.env)
  const ids = diagnoses.map((one) => one.id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['host/node', 'host/python', 'host/pip', 'host/space', 'software/sandbox']),
  )
  expect(diagnoses.find((one) => one.id === 'host/node')).toMatchObject({ outcome: 'ok', detail: process.version })
  for (const one of diagnoses.filter((one) => one.outcome === 'failed')) expect(one.fix).toBeDefined()
})

it('a machine without Python is told how to get one, and is not asked for its pip', async () => {
  const PATH = mkdtempSync(join(home(), 'path-'))
  const diagnoses = await examine(folders(), { PATH })
  expect(diagnoses.find((one) => one.id === 'host/python')).toMatchObject({
    outcome: 'failed',
    fix: 'sudo apt-get install --yes --no-install-recommends python3',
  })
  expect(diagnoses.find((one) => one.id === 'host/pip')).toMatchObject({ outcome: 'skipped' })
})
