import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { folders as foldersOf, type Folders } from './paths.ts'
import { processName, type ProcessName } from './process.ts'
import { sweepStaging, withStaging } from './staging.ts'

const folder = temporaryFolder()
const folders = (): Folders => foldersOf({ HOME: folder() })
const staging = (): string => join(folders().state, 'staging')

const me = (): ProcessName => processName(process.pid) as ProcessName
const stagingName = ({ pid, started, namespace, boot }: ProcessName): string =>
  `${pid}-${started}-${namespace}-${boot.replaceAll('-', '')}-00000000`

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
  const dead = stagingName(name as ProcessName)
  await withStaging(folders(), async (mine) => {
    mkdirSync(join(staging(), dead, 'package'), { recursive: true })
    writeFileSync(join(staging(), dead, 'package/index.json'), '{}')
    await sweepStaging(folders(), new Date())
    expect(readdirSync(staging())).toHaveLength(2)
    child.kill('SIGKILL')
    await once(child, 'exit')
    mkdirSync(join(staging(), stagingName({ ...me(), started: '1' }))) // this number, another process
    mkdirSync(join(staging(), stagingName({ ...me(), boot: '00000000-0000-0000-0000-000000000000' })))
    mkdirSync(join(staging(), 'unknown'))
    await sweepStaging(folders(), new Date())
    expect(readdirSync(staging()).map((one) => join(staging(), one))).toEqual([mine])
  })
})

it('has nothing to sweep at first', async () => {
  await expect(sweepStaging(folders(), new Date())).resolves.toBeUndefined()
})

it('leaves what a process of another PID namespace may be making, for a day', async () => {
  const theirs = join(staging(), stagingName({ ...me(), pid: 2 ** 22, namespace: '1' }))
  mkdirSync(theirs, { recursive: true })
  await sweepStaging(folders(), new Date())
  expect(existsSync(theirs)).toBe(true)
  await sweepStaging(folders(), new Date(Date.now() + 25 * 3_600_000))
  expect(existsSync(theirs)).toBe(false)
})
