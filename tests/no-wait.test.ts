import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'
import { launcherBelow, mountsBelow, processesNaming } from './support/traces.ts'

/** `mse spawn --no-wait`: what was accepted is looked after by its supervisor, and what comes of it is said by `mse status`. */
const person = new Person()
let project: string

interface Spawned {
  readonly state: string
  readonly url: string
}

interface Status {
  readonly state: string
  readonly instance: string
  readonly failure?: { readonly code: string }
}

beforeAll(async () => {
  project = writeProject(person.home, { name: 'unattended', toml: 'storage = "64m"\n', app: plainApp })
  // The first one installs dependencies.
  expect((await person.json('spawn', project)).error).toBeNull()
  expect((await person.mse('remove', 'unattended')).code).toBe(0)
})
afterEach(() => person.mse('remove', 'unattended'))
afterAll(() => person.leave())

const apps = (): string => join(person.state, 'apps')
const spawn = (...more: string[]): ReturnType<typeof person.json<Spawned>> =>
  person.json<Spawned>('spawn', project, '--no-wait', ...more)
const status = (...more: string[]): ReturnType<typeof person.json<Status>> =>
  person.json<Status>('status', 'unattended', ...more)

describe('an enclave that nobody waits for', () => {
  it('is launched when the command ends, waits for its owner soon, and serves', async () => {
    const { data, error } = await spawn()
    expect(error).toBeNull()
    expect(data.state).toBe('launched')
    expect((await status('--wait')).data).toMatchObject({ state: 'waiting', url: data.url })
    expect((await person.json('run', '--project', project)).error).toBeNull()
    expect((await status()).data.state).toBe('running')
  })

  it('takes the place of what ran under the name', async () => {
    expect((await spawn()).error).toBeNull()
    const before = (await status('--wait')).data.instance
    expect((await spawn()).error).toBeNull()
    const { data } = await status('--wait')
    expect(data.state).toBe('waiting')
    expect(data.instance).not.toBe(before)
    expect(processesNaming(apps()).filter((line) => line.includes(before.slice(0, 8)))).toEqual([])
  })

  it('whose launcher is killed before it answers has failed, says why, and leaves nothing when it is removed', async () => {
    expect((await spawn()).error).toBeNull()
    const killed = await vi.waitUntil(() => launcherBelow(apps()), { timeout: 10_000, interval: 2 })
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(async () => expect((await status()).data.state).toBe('failed'), { timeout: 10_000 })
    const { data, error, code } = await status('--wait')
    expect([data, error?.code, code]).toEqual([null, 'launch/killed', 1])
    expect((await status()).data.failure?.code).toBe('launch/killed')
    expect((await person.mse('logs', 'unattended')).stdout).toContain('ended by SIGKILL')
    expect((await person.mse('remove', 'unattended')).code).toBe(0)
    expect([processesNaming(apps()), mountsBelow(person.state)]).toEqual([[], []])
  })

  it('whose launcher does not answer in time is ended, and says so', async () => {
    expect((await spawn('--timeout', '1')).error).toBeNull()
    const stopped = await vi.waitUntil(() => launcherBelow(apps()), { timeout: 10_000, interval: 2 })
    process.kill(stopped, 'SIGSTOP')
    expect((await status('--wait', '--timeout', '50')).error?.code).toBe('launch/timeout')
    expect((await status()).data).toMatchObject({ state: 'failed', failure: { code: 'launch/timeout' } })
  }, 60_000)

  it('is waited for no longer than was said', async () => {
    expect((await spawn()).error).toBeNull()
    const stopped = await vi.waitUntil(() => launcherBelow(apps()), { timeout: 10_000, interval: 2 })
    process.kill(stopped, 'SIGSTOP')
    const { error, code } = await status('--wait', '--timeout', '1')
    process.kill(stopped, 'SIGCONT')
    expect([error?.code, code]).toEqual(['launch/timeout', 6])
  })

  it('is there wholly or not at all when the command is killed, at whatever moment', async () => {
    for (let moment = 60; moment <= 360; moment += 30) {
      const command = person.start('spawn', project, '--no-wait')
      await sleep(moment)
      command.kill('SIGKILL')
      const { data } = await person.json<{ apps: Status[] }>('list')
      if (data.apps.length > 0) expect((await status('--wait')).data.state, String(moment)).toBe('waiting')
      else await vi.waitFor(() => expect(processesNaming(apps())).toEqual([]), { timeout: 10_000 })
      await person.mse('remove', 'unattended')
      expect([processesNaming(apps()), mountsBelow(person.state)], String(moment)).toEqual([[], []])
      const staging = join(person.state, 'staging')
      expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([])
    }
  }, 120_000)
})
