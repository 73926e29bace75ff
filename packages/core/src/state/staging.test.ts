import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { folders as foldersOf, type Folders } from './paths.ts'
import { processName } from './process.ts'
import { sweepStaging, withStaging } from './staging.ts'

const folder = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: folder() })
const staging = (): string => join(folders().state, 'staging')

it('gives a private folder and removes it with everything in it, also after a failure', async () => {
  const used = await withStaging(folders(), async (path) => {
    expect(statSync(path).mode & 0o777).toBe(0o700)
    mkdirSync(join(path, 'package'))
    return path
  })
  expect(existsSync(used)).toBe(false)
  await expect(withStaging(folders(), async () => Promise.reject(new Error('work')))).rejects.toThrow('work')
  expect(readdirSync(staging())).toEqual([])
})

it('sweeps what dead processes were making, and leaves what living ones make', async () => {
  const child = spawn('sleep', ['60'])
  const name = processName(child.pid as number)
  const dead = `${name?.pid}-${name?.started}-00000000`
  await withStaging(folders(), async (mine) => {
    mkdirSync(join(staging(), dead, 'package'), { recursive: true })
    writeFileSync(join(staging(), dead, 'package/index.json'), '{}')
    await sweepStaging(folders())
    expect(readdirSync(staging())).toHaveLength(2)
    child.kill('SIGKILL')
    await once(child, 'exit')
    mkdirSync(join(staging(), `${process.pid}-1-00000000`)) // this number, another process
    mkdirSync(join(staging(), 'unknown'))
    await sweepStaging(folders())
    expect(readdirSync(staging()).map((one) => join(staging(), one))).toEqual([mine])
  })
})

it('has nothing to sweep at first', async () => {
  await expect(sweepStaging(folders())).resolves.toBeUndefined()
})
