import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../packages/core/src/plan-deployment.ts'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'

/** What is more than a deployment: the steps of two people, tests and plans, all of it on the machine of an operator. */
const machine = new OperatorMachine()
let ada: OperatorsOwner

const toml = 'storage = "64m"\nhardware = "256m"\nsecrets = "secrets.json"\nsecrets_to_seal = "secrets_to_seal.json"\n'
const sealed = JSON.stringify({ key: 'the operator may not read this' })
const files = { 'secrets_to_seal.json': sealed, 'secrets.json': '{"login":"who"}' }
const project = (name: string): string => writeProject(ada.person.home, { name, toml, app: plainApp, files })
const there = (): string[] => ['--platform', 'software', '--policy', ada.policy]

beforeAll(async () => {
  await machine.serve()
  ada = await machine.owner('ada')
})
afterAll(() => machine.leave(ada))

describe('an enclave that was spawned there', () => {
  let folder: string
  let spawned: { url: string; state: string; fingerprint: string }
  beforeAll(async () => {
    folder = project('steps')
    const { data, error } = await ada.json<typeof spawned>('spawn', folder, '--platform', 'software')
    expect(error).toBeNull()
    spawned = data
  })

  it('waits for its owner, and says so', async () => {
    expect(spawned.state).toBe('waiting')
    expect((await ada.json('status', 'steps')).data).toMatchObject({ state: 'waiting', url: spawned.url })
  })

  it('gets nothing from an owner who does not believe the machine', async () => {
    const { error, code } = await ada.json('run', '--project', folder)
    expect([error?.code, code]).toEqual(['policy/software-root', 3])
  })

  it('gets nothing from an owner whose project is another version', async () => {
    const other = project('steps-changed')
    writeFileSync(join(other, 'mse_src/app.py'), `${plainApp}\n# another\n`)
    writeFileSync(
      join(other, 'mse.toml'),
      `name = "steps"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\n${toml}`,
    )
    const { error, code } = await ada.json('run', '--project', other, '--policy', ada.policy)
    expect([error?.code, code]).toEqual(['policy/measurement', 3])
    expect((await ada.json('status', 'steps')).data).toMatchObject({ state: 'waiting' })
  })

  it('serves once its owner has verified and provisioned it', async () => {
    const { data, error } = await ada.json<Deployed>('run', '--project', folder, '--policy', ada.policy)
    expect(error).toBeNull()
    expect(data.url).toBe(spawned.url)
    expect((await call(`${data.url}/sealed`, data.certificate)).body).toBe(sealed)
  })

  it('is not provisioned twice', async () => {
    const { error } = await ada.json('run', '--project', folder, '--policy', ada.policy)
    expect(error?.code).toBe('operator/not-waiting')
  })

  it('is left alone by a deployment of what was run', async () => {
    expect((await ada.json<Deployed>('deploy', folder, ...there())).data.unchanged).toBe(true)
  })
})

describe('a bundle', () => {
  let folder: string
  let bundle: string
  const hand = (...more: string[]): ReturnType<typeof ada.json<Deployed>> =>
    ada.json<Deployed>('run', 'handed', '--bundle', bundle, '--secrets', join(folder, 'secrets.json'), ...more)
  beforeAll(async () => {
    folder = project('handed')
    expect((await ada.json('spawn', folder, '--platform', 'software')).error).toBeNull()
    const evidence = join(ada.person.home, 'evidence.json')
    expect((await ada.json('evidence', 'handed', '--output', evidence)).error).toBeNull()
    bundle = join(ada.person.home, 'bundle')
    const words = ['seal', folder, '--evidence', evidence, '--policy', ada.policy, '--output', bundle]
    expect((await ada.person.json(...words)).error).toBeNull()
  })

  it('is handed to nobody of whom nothing is believed', async () => {
    expect((await hand()).error?.code).toBe('usage/missing')
  })

  it('is not handed to an enclave of a machine that the policy does not name', async () => {
    const other = new OperatorMachine()
    const policy = await other.policy(ada.person.home)
    await other.person.leave()
    const { error, code } = await hand('--policy', policy)
    expect([error?.code, code]).toEqual(['chain/root', 3])
  })

  it('opens in the enclave that it was sealed for', async () => {
    const { data, error } = await hand('--policy', ada.policy)
    expect(error).toBeNull()
    expect((await call(`${data.url}/sealed`, data.certificate)).body).toBe(sealed)
  })
})

describe('tests against an application there', () => {
  let folder: string
  beforeAll(async () => {
    folder = writeProject(ada.person.home, {
      name: 'tested',
      toml: `${toml}tests_cmd = "cat $SSL_CERT_FILE > seen; echo at $TEST_REMOTE_URL"\n`,
      app: plainApp,
      files: { ...files, 'tests/.keep': '' },
    })
  })

  it('need one that was provisioned from this machine', async () => {
    expect((await ada.json('test', folder)).error?.code).toBe('operator/no-record')
  })

  it('know where it is, and believe its certificate', async () => {
    const { data } = await ada.json<Deployed>('deploy', folder, ...there())
    const tested = await ada.json<{ output: string; verdict: { platform: string } }>('test', folder)
    expect(tested.error).toBeNull()
    expect(tested.data).toMatchObject({ output: `at ${data.url}\n`, verdict: { platform: 'software' } })
  })

  it('are not run where the evidence is not of the machine that is believed', async () => {
    const other = new OperatorMachine()
    const policy = await other.policy(ada.person.home)
    await other.person.leave()
    expect((await ada.json('test', folder, '--policy', policy)).error?.code).toBe('chain/root')
  })
})

describe('a plan', () => {
  let folder: string
  const plan = async (): Promise<Plan> => {
    const { data, error } = await ada.json<Plan>('deploy', folder, '--dry-run', ...there())
    expect(error).toBeNull()
    return data
  }
  beforeAll(() => {
    folder = project('planned')
  })

  it('says what would be sent and to whom, and sends nothing', async () => {
    const planned = await plan()
    expect(planned).toMatchObject({ name: 'planned', action: 'create', platform: 'software' })
    expect(planned.sent[0]?.to).toContain(machine.url)
    expect(planned.encrypted).toContain('code/app.py.age')
    expect((await ada.json('status', 'planned')).error?.code).toBe('state/no-such-app')
  })

  it('says of one that is there what of it would travel', async () => {
    expect((await ada.json('deploy', folder, ...there())).error).toBeNull()
    expect(await plan()).toMatchObject({ action: 'unchanged', sent: [] })
    writeFileSync(join(folder, 'mse_src/app.py'), `${plainApp}\n# another\n`)
    const planned = await plan()
    const whole = 1e6
    expect(planned).toMatchObject({ action: 'replace' })
    expect(planned.sent[0]?.bytes).toBeLessThan(whole)
    expect(planned.measured.before).not.toBe(planned.measured.fingerprint)
  })

  it('is none where the machine is not believed', async () => {
    const { error } = await ada.json('deploy', folder, '--dry-run', '--platform', 'software')
    expect(error?.code).toBe('policy/software-root')
  })
})

it('a package that was handed over is spawned there under its own name', async () => {
  const output = join(ada.person.home, 'packed.pkg')
  expect((await ada.person.json('package', project('packed'), '--output', output)).error).toBeNull()
  const { data, error } = await ada.json('spawn', '--package', output, '--platform', 'software')
  expect(error).toBeNull()
  expect(data).toMatchObject({ name: 'packed', state: 'waiting' })
})

it.each(['spawn', 'deploy'])('%s leaves it to the operator where an application listens', async (command) => {
  const words = command === 'deploy' ? there() : ['--platform', 'software']
  const { error } = await ada.json(command, project('placed'), '--port', '8443', ...words)
  expect(error?.code).toBe('usage/conflict')
})
