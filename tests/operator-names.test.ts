import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasCurl, type Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'

/** Two owners, each with an application of the same name, behind one port. */
const domain = 'apps.example.test'
const machine = new OperatorMachine()
const router = { port: 0, person: machine.person }
let ada: OperatorsOwner
let bob: OperatorsOwner
let project: string
let ofAda: Deployed
let ofBob: Deployed

const toml = 'storage = "64m"\nhardware = "256m"\n'
const saying = (word: string): string => plainApp.replace('"ok"', JSON.stringify(word))

/** `mse operator route`, and the port where it listens. */
async function startRouter(...more: string[]): Promise<{ end(): Promise<void> }> {
  const words = ['operator', 'route', '--names', domain, '--names-port', String(router.port), ...more]
  const process = machine.person.start(...words)
  const ended = new Promise<void>((resolve) => process.once('exit', () => resolve()))
  for await (const line of createInterface({ input: process.stdout as NodeJS.ReadableStream })) {
    router.port = Number(/:(\d+)$/.exec(line)?.[1])
    return {
      async end() {
        process.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error('nobody passes names on')
}

/** What a client sees that has the address of the machine from elsewhere than the domain's name servers. */
async function curl(url: string, certificate: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const words = ['--silent', '--show-error', '--cacert', certificate, '--resolve', `${hostname}:${port}:127.0.0.1`]
  return (await promisify(execFile)('curl', [...words, `${url}${path}`])).stdout
}

let running: { end(): Promise<void> }
beforeAll(async () => {
  running = await startRouter()
  await machine.serve('--names', domain, '--names-port', String(router.port))
  ada = await machine.owner('ada')
  bob = await machine.owner('bob')
  project = writeProject(ada.person.home, { name: 'hello', toml, app: saying('of ada') })
  const first = await ada.deploy<Deployed>(project)
  const own = writeProject(bob.person.home, { name: 'hello', toml, app: saying('of bob') })
  const second = await bob.deploy<Deployed>(own)
  expect([first.error, second.error]).toEqual([null, null])
  ;[ofAda, ofBob] = [first.data, second.data]
}, 180_000)
afterAll(async () => {
  await machine.leave(ada, bob)
  await running.end()
})

describe.skipIf(!hasCurl)('one port for all (skipped without curl)', () => {
  it('gives each application a name of its own, which is in its certificate', () => {
    expect(ofAda.url).toBe(`https://hello.ada.${domain}:${router.port}`)
    expect(ofBob.url).toBe(`https://hello.bob.${domain}:${router.port}`)
  })

  it('tells them apart by the name that a client asks for; TLS ends in the application', async () => {
    expect(await curl(ofAda.url, ofAda.certificate, '/health')).toBe('of ada')
    expect(await curl(ofBob.url, ofBob.certificate, '/health')).toBe('of bob')
    await expect(curl(ofAda.url, ofBob.certificate, '/health')).rejects.toThrow(/certificate/)
  })

  it('keeps the name when an application is replaced, and refuses nobody meanwhile', async () => {
    writeFileSync(join(project, 'mse_src/app.py'), saying('of ada, again'))
    const { data, error } = await ada.deploy<Deployed>(project)
    expect(error).toBeNull()
    expect(data).toMatchObject({ url: ofAda.url, unchanged: false })
    expect(await curl(data.url, data.certificate, '/health')).toBe('of ada, again')
    expect(await curl(ofBob.url, ofBob.certificate, '/health')).toBe('of bob')
  })

  it('leaves alone what has not changed', async () => {
    expect((await ada.deploy<Deployed>(project)).data).toMatchObject({ url: ofAda.url, unchanged: true })
  })

  it('serves on while the service is away', async () => {
    await machine.end()
    expect(await curl(ofAda.url, ofAda.certificate, '/health')).toBe('of ada, again')
    await machine.serve('--names', domain, '--names-port', String(router.port))
  })

  it('serves again when who passes names on was started anew', async () => {
    await running.end()
    await expect(curl(ofAda.url, ofAda.certificate, '/health')).rejects.toThrow(/connect/i)
    running = await startRouter()
    expect(await curl(ofAda.url, ofAda.certificate, '/health')).toBe('of ada, again')
  })

  it('refuses the name of an application that was removed, and another owner cannot have it', async () => {
    expect((await bob.json('remove', 'hello')).error).toBeNull()
    await expect(curl(ofBob.url, ofAda.certificate, '/health')).rejects.toThrow(/unrecognized name/)
    const san = `hello.bob.${domain}`
    const thief = writeProject(ada.person.home, { name: 'thief', toml, app: saying('stolen') })
    expect((await ada.deploy<Deployed>(thief, '--san', san)).error).toBeNull()
    await expect(curl(ofBob.url, ofAda.certificate, '/health')).rejects.toThrow(/unrecognized name/)
  })
})

it('an owner whom no host can be called after gets no application', async () => {
  const odd = await machine.owner('odd_')
  const own = writeProject(odd.person.home, { name: 'hello', toml, app: plainApp })
  expect((await odd.deploy(own)).error?.code).toBe('operator/no-name')
  await odd.person.leave()
})

it.each([
  ['a domain with a path', ['--names', 'apps.example.org/x'], 'usage/bad-value'],
  ['a domain in capital letters', ['--names', 'Apps.Example.Org'], 'usage/bad-value'],
  ['no domain', [], 'usage/missing'],
  ['a port that is taken', ['--names', domain, '--names-port', 'taken'], 'operator/listen'],
])('nobody passes names on for %s', async (_attack, words, code) => {
  const { error } = await machine.person.json(
    ...['operator', 'route', ...words.map((word) => (word === 'taken' ? String(router.port) : word))],
  )
  expect(error?.code).toBe(code)
})
