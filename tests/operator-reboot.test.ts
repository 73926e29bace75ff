import { createServer } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'
import { rebootBelow } from './support/reboot.ts'
import { processesNaming } from './support/traces.ts'

/** The machine of an operator is started anew: the service is gone, and the applications of all owners. */
const machine = new OperatorMachine()
let ada: OperatorsOwner
let bob: OperatorsOwner
let ofAda: Deployed
let ofBob: Deployed

const toml = 'storage = "16m"\nhardware = "256m"\n'
const files = { 'secrets_to_seal.json': '{"key":"value"}' }
const appsOf = (owner: string): string => join(machine.root, 'owners', owner, 'apps')
const sealed = async ({ url, certificate }: Deployed): Promise<string> =>
  (await call(`${url}/sealed`, certificate)).body

interface Resumed {
  readonly applications: readonly { readonly owner: string | null; readonly name: string; readonly outcome: string }[]
}

beforeAll(async () => {
  await machine.serve()
  ada = await machine.owner('ada')
  bob = await machine.owner('bob')
  const deploy = async (owner: OperatorsOwner, name: string): Promise<Deployed> => {
    const { data, error } = await owner.deploy<Deployed>(
      writeProject(owner.person.home, { name, toml, app: plainApp, files }),
    )
    expect(error).toBeNull()
    return data
  }
  ofAda = await deploy(ada, 'kept')
  ofBob = await deploy(bob, 'kept')
  await deploy(bob, 'stopped')
  expect((await bob.json('stop', 'stopped')).error).toBeNull()
}, 180_000)
afterAll(async () => {
  await machine.end()
  await machine.serve()
  await machine.leave(ada, bob)
})

async function reboot(): Promise<void> {
  await machine.end('SIGKILL')
  for (const owner of ['ada', 'bob']) await rebootBelow(appsOf(owner))
}

it('the applications of all owners return: same certificate, same secrets, no owner asked, no service needed', async () => {
  const before = [ofAda, ofBob].map(({ certificate }) => readFileSync(certificate, 'utf8'))
  await reboot()
  const { data, error } = await machine.person.json<Resumed>('operator', 'resume')
  expect(error).toBeNull()
  expect(data.applications).toMatchObject([
    { owner: 'ada', name: 'kept', outcome: 'resumed' },
    { owner: 'bob', name: 'kept', outcome: 'resumed' },
    { owner: 'bob', name: 'stopped', outcome: 'nothing-kept' },
  ])
  // Their owners verify them with the certificates of before.
  expect(await Promise.all([ofAda, ofBob].map(sealed))).toEqual(['{"key":"value"}', '{"key":"value"}'])
  await machine.serve()
  expect((await ada.json('status', 'kept')).data).toMatchObject({ state: 'running' })
  expect([ofAda, ofBob].map(({ certificate }) => readFileSync(certificate, 'utf8'))).toEqual(before)
  expect((await bob.json('status', 'stopped')).data).toMatchObject({ state: 'stopped' })
}, 120_000)

it('one that cannot return keeps those of other owners back as little as its own', async () => {
  await reboot()
  const server = createServer().listen(Number(new URL(ofAda.url).port), '127.0.0.1')
  try {
    const { error, code } = await machine.person.json('operator', 'resume')
    expect([error?.code, code]).toEqual(['state/not-resumed', 1])
  } finally {
    server.close()
  }
  expect(processesNaming(appsOf('ada'))).toEqual([])
  expect(await sealed(ofBob)).toBe('{"key":"value"}')
  expect((await machine.person.json<Resumed>('operator', 'resume')).data.applications).toMatchObject([
    { owner: 'ada', outcome: 'resumed' },
    { owner: 'bob', outcome: 'running' },
    { owner: 'bob', outcome: 'nothing-kept' },
  ])
  expect(await sealed(ofAda)).toBe('{"key":"value"}')
}, 120_000)
