import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exampleSession } from '../../testing/example-session.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { openBlobStore } from './open-blob-store.ts'

const folder = temporaryFolder()
const place = (): string => join(folder(), '.cache/mse/blobs')

/** The warnings with which a store is not opened; none if it is. */
async function open(): Promise<string[]> {
  const warnings: string[] = []
  const store = await openBlobStore(exampleSession(folder(), { warn: (text) => warnings.push(text) }))
  expect(warnings.length).toBe(store === undefined ? 1 : 0)
  return warnings
}

it('a store is made for this user alone, whatever the umask', async () => {
  const umask = process.umask(0)
  expect(await open()).toEqual([])
  process.umask(umask)
  expect(statSync(place()).mode & 0o777).toBe(0o700)
})

it.each([0o770, 0o702, 0o777])(
  'a store that others can write into (mode %o) is not used, and that is said',
  async (mode) => {
    mkdirSync(place(), { recursive: true })
    chmodSync(place(), mode)
    expect(await open()).toEqual([expect.stringContaining(place())])
  },
)

it('a store that is a link to another folder is not used', async () => {
  mkdirSync(join(folder(), 'elsewhere'), { mode: 0o700 })
  mkdirSync(join(place(), '..'), { recursive: true })
  symlinkSync(join(folder(), 'elsewhere'), place())
  expect(await open()).toHaveLength(1)
})

it.skipIf(process.getuid?.() !== 0)(
  'a store of another user is not used, as by root with the HOME of somebody (skipped for others)',
  async () => {
    mkdirSync(place(), { recursive: true, mode: 0o700 })
    chownSync(place(), 65534, 65534)
    expect(await open()).toHaveLength(1)
  },
)
