import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from './support/https.ts'
import { Person, type Deployed } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'
import { everyFile, launcherBelow, mountsBelow, processesNaming } from './support/traces.ts'

/** Promise 10: whatever is killed, at whatever moment, the next command finds a consistent state. */
const person = new Person()
let project: string

beforeAll(async () => {
  project = writeProject(person.home, { name: 'victim', toml: 'storage = "64m"\n', app: plainApp })
  // The first deploy installs dependencies; what follows shall be quick and repeatable.
  expect((await person.json('deploy', project)).error).toBeNull()
  expect((await person.mse('stop', 'victim', '--remove')).code).toBe(0)
})
afterAll(() => person.leave())

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('close', () => resolve()))

/** Nothing of the application lives, is mounted, or lies around but its record and its log. */
function expectNothingLeft(): void {
  const apps = join(person.state, 'apps')
  expect(processesNaming(apps)).toEqual([])
  expect(mountsBelow(person.state)).toEqual([])
  expect(existsSync(join(person.state, 'staging')) ? readdirSync(join(person.state, 'staging')) : []).toEqual([])
  const kept = new Set(['app.json', 'log', 'log.1', 'policy.json', 'report.json', 'supervisor.lock'])
  const left = everyFile(apps).filter((path) => !kept.has(path.split('/').at(-1) as string) && !path.endsWith('.lock'))
  expect(left).toEqual([])
}

async function expectTheNextDeployWorks(): Promise<void> {
  const { data, error } = await person.json<Deployed>('deploy', project)
  expect(error).toBeNull()
  expect((await call(`${data.url}/health`, data.certificate)).status).toBe(200)
  expect((await person.mse('stop', 'victim', '--remove')).code).toBe(0)
}

/** Waits for a phase of a deploy to begin: its title is printed when it ends, so the one before must have. */
async function until(child: ChildProcess, finished: string): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      if (new RegExp(`^ok +${finished}`, 'm').test(said)) resolve()
    })
    child.once('close', () => reject(new Error(`it ended before ${finished}: ${said}`)))
  })
}

const numberOf = (pattern: RegExp) => (): number | undefined =>
  processesNaming(join(person.state, 'apps'))
    .filter((line) => pattern.test(line))
    .map((line) => Number(line.split(' ')[0]))[0]

describe('kill -9 of the command in the middle of deploy', () => {
  it.each([
    ['while it packages', undefined, 150],
    ['while the enclave is prepared beside', undefined, 300],
    ['while it launches', 'package', 0],
    ['a little later', 'package', 150],
    ['once the launcher answers', 'launch', 0],
    ['once it is verified', 'verify', 0],
    ['once it is provisioned', 'provision', 0],
  ])('%s leaves nothing after the next command, which works', async (_, finished, milliseconds) => {
    const child = person.start('deploy', project)
    if (finished !== undefined) await until(child, finished)
    await sleep(milliseconds)
    child.kill('SIGKILL')
    await ended(child)
    expect((await person.mse('list')).code).toBe(0)
    expectNothingLeft()
    await expectTheNextDeployWorks()
  })

  it('needs no next command: the supervisor notices and ends', async () => {
    const child = person.start('deploy', project)
    await until(child, 'launch')
    child.kill('SIGKILL')
    await ended(child)
    await vi.waitFor(() => expect(processesNaming(join(person.state, 'apps'))).toEqual([]), { timeout: 5_000 })
  })
})

describe('kill -9 of a part in the middle of deploy', () => {
  const victims: readonly (readonly [string, () => number | undefined])[] = [
    ['the outer process of the supervisor', numberOf(/^\d+ (flock|unshare) .*supervisor\.cjs/)],
    ['the supervisor', numberOf(/^\d+ \S*node .*supervisor\.cjs/)],
    ['the sandbox', numberOf(/^\d+ bwrap /)],
    ['the launcher', () => launcherBelow(join(person.state, 'apps'))],
  ]

  it.each(victims)('%s ends the deploy with an error and leaves nothing', async (_, find) => {
    const child = person.start('deploy', project)
    const exit = ended(child)
    await until(child, 'package')
    await vi.waitFor(
      () => {
        const victim = find()
        expect(victim).toBeDefined()
        process.kill(victim as number, 'SIGKILL')
      },
      { timeout: 5_000, interval: 5 },
    )
    await exit
    expect(child.exitCode).toBe(1)
    expect((await person.mse('list')).code).toBe(0)
    expectNothingLeft()
    await expectTheNextDeployWorks()
  })
})

describe('Ctrl-C', () => {
  it('ends a deploy with exit code 130 and leaves nothing', async () => {
    const child = person.start('deploy', project)
    const exit = ended(child)
    await until(child, 'package')
    child.kill('SIGINT')
    await exit
    expect(child.exitCode).toBe(130)
    expectNothingLeft()
  })
})

describe('an application that runs', () => {
  it('is started again when its launcher is killed, with the identical certificate and what it stored', async () => {
    const { data } = await person.json<Deployed>('deploy', project)
    const before = (await person.mse('evidence', 'victim')).stdout
    process.kill(launcherBelow(join(person.state, 'apps')) as number, 'SIGKILL')
    await vi.waitFor(async () => expect((await call(`${data.url}/health`, data.certificate)).status).toBe(200), {
      timeout: 15_000,
      interval: 100,
    })
    expect((await person.mse('evidence', 'victim')).stdout).toBe(before)
  })

  it('with restart = "reprovision" waits for its owner again, with another key, and takes a new bundle', async () => {
    const toml = 'storage = "64m"\nrestart = "reprovision"\n'
    const forgetful = writeProject(person.home, { name: 'forgetful', toml, app: plainApp })
    const { data } = await person.json<Deployed>('deploy', forgetful)
    process.kill(launcherBelow(realpathSync(data.folder)) as number, 'SIGKILL')
    await vi.waitFor(
      async () => {
        const status = await person.json<{ state: string }>('status', 'forgetful')
        expect(status.data.state).toBe('waiting')
      },
      { timeout: 15_000, interval: 200 },
    )
    const again = await person.json<Deployed>('run', 'forgetful', '--project', forgetful)
    expect(again.error).toBeNull()
    expect(again.data.verdict.measurement).toBe(data.verdict.measurement)
    expect(again.data.verdict.reportData).not.toBe(data.verdict.reportData)
    expect((await person.mse('stop', 'forgetful', '--remove')).code).toBe(0)
  })

  it('counts as failed when its supervisor is killed; stop and deploy work', async () => {
    process.kill(numberOf(/^\d+ (flock|unshare) .*supervisor\.cjs/)() as number, 'SIGKILL')
    await vi.waitFor(() => expect(processesNaming(join(person.state, 'apps'))).toEqual([]), { timeout: 5_000 })
    const { data } = await person.json<{ state: string; failure: { code: string } }>('status', 'victim')
    expect(data).toMatchObject({ state: 'failed', failure: { code: 'launch/supervisor-died' } })
    expect((await person.mse('stop', 'victim')).code).toBe(0)
    expectNothingLeft()
    await expectTheNextDeployWorks()
  })
})

describe('two commands at once', () => {
  it('one of two deploys of one project is told that the other is at work', async () => {
    const outcomes = await Promise.all([person.json('deploy', project), person.json('deploy', project)])
    const codes = outcomes.map(({ error }) => error?.code ?? 'deployed').toSorted()
    expect(codes[0]).toBe('deployed')
    expect(['deployed', 'state/busy']).toContain(codes[1])
    expect((await person.mse('stop', 'victim', '--remove')).code).toBe(0)
  })
})
