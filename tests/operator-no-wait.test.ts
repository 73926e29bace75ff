import { appendFileSync, existsSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'
import { mountsBelow, processesNaming } from './support/traces.ts'

/** `mse spawn --no-wait --operator`: the service has accepted it, and says later what came of it, whatever happens to the service. */
const machine = new OperatorMachine()
let ada: OperatorsOwner
let folder: string

interface Status {
  readonly state: string
  readonly instance: string
  readonly successor?: string
  readonly failure?: { readonly code: string }
  readonly failedDeployment?: { readonly code: string }
}

beforeAll(async () => {
  await machine.serve()
  ada = await machine.owner('ada')
  folder = writeProject(ada.person.home, { name: 'unattended', toml: 'storage = "64m"\n', app: plainApp })
})
afterAll(() => machine.leave(ada))

const spawn = (...more: string[]): ReturnType<typeof ada.json<{ state: string; url: string }>> =>
  ada.json('spawn', folder, '--platform', 'software', ...more)
const status = (...more: string[]): ReturnType<typeof ada.json<Status>> =>
  ada.json<Status>('status', 'unattended', ...more)
const apps = (): string => join(machine.root, 'owners/ada/apps')

describe('an enclave that nobody waits for', () => {
  it('is accepted, waits for its owner soon, and serves', async () => {
    const { data, error } = await spawn('--no-wait')
    expect(error).toBeNull()
    expect(data.state).toBe('launched')
    expect((await status('--wait')).data).toMatchObject({ state: 'waiting', url: data.url })
    const run = await ada.json<Deployed>('run', '--project', folder, '--policy', ada.policy)
    expect(run.error).toBeNull()
    expect((await call(`${run.data.url}/health`, run.data.certificate)).status).toBe(200)
  })

  it.each([
    ['unattended', ['--no-wait']],
    ['attended', []],
  ])('takes the place of what runs: %s', async (_, more) => {
    const before = (await status()).data
    const { data, error } = await spawn(...more)
    expect(error).toBeNull()
    const after = (await status('--wait')).data
    expect(after).toMatchObject({ state: 'waiting', url: data.url })
    expect(after.instance).not.toBe(before.instance)
    expect(after.failedDeployment).toBeUndefined()
    expect(processesNaming(apps()).filter((line) => line.includes(before.instance.slice(0, 8)))).toEqual([])
  })
})

describe('what goes wrong after it was accepted', () => {
  /** Bytes of the largest blob, the layer of dependencies, are others from now on. */
  function damage(): void {
    const blobs = join(machine.root, 'owners/ada/blobs')
    const sizes = readdirSync(blobs).map((name) => ({
      path: join(blobs, name),
      size: statSync(join(blobs, name)).size,
    }))
    for (const { path, size } of sizes.filter((one) => one.size > 1 << 20)) {
      truncateSync(path, size - 512)
      appendFileSync(path, Buffer.alloc(512, 1))
    }
  }

  it('is told of a package that was damaged, and what runs runs on', async () => {
    const before = (await status()).data
    damage()
    expect((await spawn('--no-wait')).error).toBeNull()
    await vi.waitFor(async () => expect((await status()).data.successor).toBeUndefined(), { timeout: 20_000 })
    const { data } = await status()
    expect(data).toMatchObject({ state: 'waiting', instance: before.instance })
    expect(data.failedDeployment?.code).toBe('image/digest')
    expect(data.failure).toBeUndefined()
  })

  it('is the state of an application that was not there before', async () => {
    expect((await ada.json('remove', 'unattended')).error).toBeNull()
    expect((await spawn('--no-wait')).error).toBeNull()
    const { error, code } = await status('--wait')
    expect([error?.code, code]).toEqual(['image/digest', 3])
    expect((await status()).data).toMatchObject({ state: 'failed', failure: { code: 'image/digest' } })
    const { data } = await ada.json<{ apps: Status[] }>('list')
    expect(data.apps).toMatchObject([{ state: 'failed', failure: { code: 'image/digest' } }])
    expect((await ada.json('remove', 'unattended')).error).toBeNull()
  })
})

describe('a service that ends while it starts what it has accepted', () => {
  it.each<[string, NodeJS.Signals, number]>([
    ['killed at once', 'SIGKILL', 0],
    ['killed while the package is unpacked', 'SIGKILL', 150],
    ['killed while the launcher starts', 'SIGKILL', 600],
    ['stopped as an operator stops it', 'SIGTERM', 150],
  ])('%s leaves nothing that runs, and says so when it serves again', async (_, signal, later) => {
    const name = `victim-${signal}-${later}`.toLowerCase()
    folder = writeProject(ada.person.home, { name, toml: 'storage = "64m"\n', app: plainApp })
    expect((await spawn('--no-wait')).error).toBeNull()
    await new Promise((done) => setTimeout(done, later))
    await machine.end(signal)
    await machine.serve()
    await vi.waitFor(
      async () => {
        const { data } = await ada.json<Status>('status', name)
        expect(['failed', 'waiting']).toContain(data.state)
        if (data.state === 'failed')
          expect(['launch/interrupted', 'launch/supervisor-died']).toContain(data.failure?.code)
      },
      { timeout: 20_000 },
    )
    expect((await ada.json('remove', name)).error).toBeNull()
    expect([processesNaming(name), mountsBelow(machine.root)]).toEqual([[], []])
    const staging = join(machine.root, 'owners/ada/staging')
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([])
  })
})
