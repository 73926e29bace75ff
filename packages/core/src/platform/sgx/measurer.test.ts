import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { importBase } from '../../base/import-base.ts'
import type { Session } from '../../session.ts'
import { Memory } from '../../state/memory.ts'
import { exampleSession } from '../../testing/example-session.ts'
import { exampleSgxPackage } from '../../testing/example-sgx-package.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { writeBase } from '../../testing/write-base.ts'
import type { IndexedPackage } from '../platform.ts'
import { sgxMeasurer } from './measurer.ts'

const folder = temporaryFolder()
let session: Session
let memory: Memory
let packed: IndexedPackage

beforeEach(async () => {
  session = exampleSession(folder())
  memory = new Memory(session.folders, 'build')
  packed = exampleSgxPackage(await imported())
})

async function imported(): Promise<string> {
  writeBase(join(folder(), 'base'), '3.11')
  const location = { kind: 'layout', path: join(folder(), 'base') } as const
  const access = { insecure: [], authority: undefined }
  return (await importBase(session, location, access)).digest
}

async function measured(given: IndexedPackage, kept = memory): Promise<string[]> {
  const found = []
  for (const kind of sgxMeasurer(session.folders, kept).kinds) found.push((await kind.fingerprint(given)).measurement)
  return found
}

describe('what is remembered of a measurement', () => {
  it('is what was measured, of each enclave its own', async () => {
    const [first, again] = [await measured(packed), await measured(packed)]
    expect(again).toEqual(first)
    expect(new Set(first).size).toBe(2)
    expect(await measured(packed, new Memory(session.folders, 'another build'))).toEqual(first)
  })

  it('is used: what is not looked at again may be gone', async () => {
    const first = await measured(packed)
    const bases = join(session.folders.cache, 'bases')
    for (const name of readdirSync(bases).filter((file) => file.endsWith('.so'))) rmSync(join(bases, name))
    expect(await measured(packed)).toEqual(first)
    await expect(measured(packed, new Memory(session.folders, 'another build'))).rejects.toEqual(
      refusal('sgx/base-file'),
    )
  })

  it('is not believed of a base that was imported again, which may be read otherwise now', async () => {
    await measured(packed)
    await imported()
    const bases = join(session.folders.cache, 'bases')
    for (const name of readdirSync(bases).filter((file) => file.endsWith('.so'))) rmSync(join(bases, name))
    await expect(measured(packed)).rejects.toEqual(refusal('sgx/base-file'))
  })

  it('is not that of another package', async () => {
    const first = await measured(packed)
    const other = exampleSgxPackage(packed.index.base, ['code/app.py.age', 'code/evil.py.age'])
    for (const measurement of await measured(other)) expect(first).not.toContain(measurement)
  })

  it('is not believed without the base', async () => {
    const other = exampleSession(join(folder(), 'other'))
    await expect(sgxMeasurer(other.folders, memory).kinds[0]?.fingerprint(packed)).rejects.toEqual(
      refusal('base/unknown'),
    )
  })
})
