import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askSupervisor } from '../packages/core/src/platform/software/control.ts'
import { bin, Person, read, type Deployed, type Envelope } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'
import { processesNaming } from './support/traces.ts'

/** An enclave that is damaged, hangs, or was left in the middle of something; and a machine on which none can live. */
const person = new Person()
let project: string
let deployed: Deployed

beforeAll(async () => {
  project = writeProject(person.home, { name: 'unfit', toml: 'storage = "16m"\n', app: plainApp })
})
afterAll(() => person.leave())

async function deploy(): Promise<void> {
  const { data, error } = await person.json<Deployed>('deploy', project)
  expect(error).toBeNull()
  deployed = data
}

const code = async (...words: string[]): Promise<string | undefined> => (await person.json(...words)).error?.code
const state = async (): Promise<{ state: string; failure?: { code: string } }> =>
  (await person.json<{ state: string; failure?: { code: string } }>('status', 'unfit')).data
const processes = (): string[] => processesNaming(join(person.state, 'apps'))

/** Runs `mse … --json` by way of a program that puts it somewhere else. */
async function by(program: string, args: readonly string[], ...words: string[]): Promise<string | undefined> {
  const { stdout } = await person.run(program, [...args, process.execPath, bin, ...words, '--json'])
  return (JSON.parse(stdout) as Envelope).error?.code
}

it('a machine without /dev/fuse launches nothing: environment/fuse', async () => {
  const without = ['--bind', '/', '/', '--dev', '/dev', '--']
  expect(await by('bwrap', without, 'deploy', project)).toBe('environment/fuse')
  expect(processes()).toEqual([])
})

describe('storage that was damaged', () => {
  it('is not used again: environment/storage-damaged; nor deleted before stop', { timeout: 120_000 }, async () => {
    await deploy()
    process.kill((JSON.parse(read(deployed.folder, 'supervisor.json')) as { pid: number }).pid, 'SIGKILL')
    await expect.poll(processes, { timeout: 20_000 }).toEqual([])
    const image = join(deployed.folder, 'storage.img')
    // The beginning of ext4: its superblock, and the descriptors of its groups.
    const bytes = readFileSync(image)
    bytes.fill(0xff, 1024, 64 * 1024)
    writeFileSync(image, bytes)
    for (const words of [
      ['restart', 'unfit'],
      ['deploy', project],
    ]) {
      expect(await code(...words)).toBe('environment/storage-damaged')
      expect(existsSync(image)).toBe(true)
    }
    expect(await code('stop', 'unfit')).toBeUndefined()
    await deploy()
    expect(await state()).toMatchObject({ state: 'running' })
  })
})

describe('an enclave that was ended to be started again, by a command that was then killed', () => {
  it('has failed as launch/halted, keeps what it stored, and is started again', { timeout: 120_000 }, async () => {
    await deploy()
    expect(await askSupervisor(join(deployed.folder, 'control'), 'halt', 2_000)).toBeDefined()
    await expect.poll(processes, { timeout: 30_000 }).toEqual([])
    expect(await state()).toMatchObject({ state: 'failed', failure: { code: 'launch/halted' } })
    expect(existsSync(join(deployed.folder, 'storage.img'))).toBe(true)
    expect(await code('restart', 'unfit')).toBeUndefined()
    expect(await state()).toMatchObject({ state: 'running' })
  })
})

describe('an enclave that hangs', () => {
  const signal = (name: NodeJS.Signals): void => {
    for (const line of processes()) process.kill(Number(line.split(' ')[0]), name)
  }
  const elsewhere = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc']

  it(
    'cannot be stopped from a PID namespace that does not see it: launch/cannot-stop; from here it can',
    { timeout: 120_000 },
    async () => {
      await deploy()
      signal('SIGSTOP')
      try {
        expect(await by('unshare', elsewhere, 'stop', 'unfit')).toBe('launch/cannot-stop')
        expect(processes()).not.toEqual([])
        expect(await code('stop', 'unfit')).toBeUndefined()
      } finally {
        signal('SIGCONT')
      }
      expect(processes()).toEqual([])
      expect((await state()).state).toBe('stopped')
    },
  )
})
