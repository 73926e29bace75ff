import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from './support/https.ts'
import { bin, type Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'

/** Two owners with machines of their own, and an operator whose service runs the applications of both. */
const machine = new OperatorMachine()
let ada: OperatorsOwner
let bob: OperatorsOwner
let project: string
let served: Deployed

const sealed = JSON.stringify({ key: 'the operator may not read this' })
const toml = 'storage = "64m"\nhardware = "256m"\n'
const files = { 'secrets_to_seal.json': sealed }

interface Listed {
  readonly apps: readonly { readonly name: string; readonly url: string; readonly instance: string }[]
}

beforeAll(async () => {
  await machine.serve()
  ada = await machine.owner('ada')
  bob = await machine.owner('bob')
  project = writeProject(ada.person.home, { name: 'remote', toml, app: plainApp, files })
  const { data, error } = await ada.deploy<Deployed>(project)
  expect(error).toBeNull()
  served = data
})
afterAll(() => machine.leave(ada, bob))

const instanceOf = async (owner: OperatorsOwner, name: string): Promise<string | undefined> =>
  (await owner.json<Listed>('list')).data.apps.find((app) => app.name === name)?.instance

describe('an application on the machine of an operator', () => {
  it('serves its owner and the clients, with the secrets that went to the enclave', async () => {
    expect(served.verdict.platform).toBe('software')
    expect(await call(`${served.url}/sealed`, served.certificate)).toMatchObject({ status: 200, body: sealed })
    expect(served.certificate.startsWith(ada.person.home)).toBe(true)
  })

  it('is left alone when nothing has changed', async () => {
    const before = await instanceOf(ada, 'remote')
    const { data, error } = await ada.deploy<Deployed>(project)
    expect(error).toBeNull()
    expect(data.unchanged).toBe(true)
    expect(await instanceOf(ada, 'remote')).toBe(before)
  })

  it('keeps its URL when it is replaced, and only what has changed travels', async () => {
    appendFileSync(join(project, 'mse_src/app.py'), '\nroutes["/new"] = lambda: "new"\n')
    const { data, error } = await ada.deploy<Deployed & { uploaded: { sent: number; kept: number } }>(project)
    expect(error).toBeNull()
    expect(data).toMatchObject({ url: served.url, unchanged: false })
    expect(data.uploaded.kept).toBeGreaterThan(10 * data.uploaded.sent)
    expect((await call(`${data.url}/new`, data.certificate)).body).toBe('new')
    served = data
  })

  it('serves on when what should replace it does not start', async () => {
    const before = await instanceOf(ada, 'remote')
    const code = join(project, 'mse_src/app.py')
    const good = readFileSync(code)
    writeFileSync(code, 'raise RuntimeError("no")\n')
    const { error } = await ada.deploy(project)
    expect(error?.code).toBe('serve/import-failed')
    writeFileSync(code, good)
    expect(await instanceOf(ada, 'remote')).toBe(before)
    expect((await call(`${served.url}/new`, served.certificate)).status).toBe(200)
    const { data } = await ada.json<{ text: string }>('logs', 'remote', '--failed')
    expect(data.text).toContain('RuntimeError')
  })

  it('serves on when its owner dies while replacing it, and the next deploy works', async () => {
    const before = await instanceOf(ada, 'remote')
    appendFileSync(join(project, 'mse_src/app.py'), '\n# another\n')
    const words = ['deploy', project, '--platform', 'software', '--policy', ada.policy, '--operator', machine.url]
    const command = ada.person.start(...words, '--progress', 'plain')
    let said = ''
    command.stderr?.on('data', (part: Buffer) => (said += part.toString()))
    await expect.poll(() => said, { timeout: 60_000, interval: 20 }).toMatch(/ok +launch/)
    command.kill('SIGKILL')
    expect(await instanceOf(ada, 'remote')).toBe(before)
    expect((await call(`${served.url}/new`, served.certificate)).status).toBe(200)
    // Its launch is ended once nobody has asked about it for the time of its lease.
    await expect
      .poll(async () => (await ada.deploy<Deployed>(project)).error?.code, { timeout: 90_000, interval: 3000 })
      .toBeUndefined()
    served = (await ada.deploy<Deployed>(project)).data
    expect(await instanceOf(ada, 'remote')).not.toBe(before)
  }, 150_000)

  it('is looked at, restarted with the identical certificate, and its log read as it grows', async () => {
    const { data } = await ada.json<{ state: string; metrics: { requests: number } }>('status', 'remote')
    expect(data.state).toBe('running')
    const before = readFileSync(served.certificate, 'utf8')
    const follower = ada.person.start('logs', 'remote', '--follow', '-n', '0', '--operator', machine.url)
    let text = ''
    follower.stdout?.on('data', (part: Buffer) => (text += part.toString()))
    const { error } = await ada.json('restart', 'remote')
    expect(error).toBeNull()
    expect(readFileSync(served.certificate, 'utf8')).toBe(before)
    expect((await call(`${served.url}/sealed`, served.certificate)).body).toBe(sealed)
    await expect.poll(() => text, { timeout: 10_000 }).toContain('GET /sealed')
    follower.kill('SIGINT')
  })

  it('shows evidence that satisfies the policy of who believes the machine', async () => {
    const file = join(ada.person.home, 'evidence.json')
    expect((await ada.json('evidence', 'remote', '--output', file)).error).toBeNull()
    expect((await ada.person.json('verify', file, '--policy', ada.policy)).error).toBeNull()
  })
})

it('an application is found where mse.toml says that it runs', async () => {
  appendFileSync(join(project, 'mse.toml'), `[deploy]\noperator = "${machine.url}"\nplatform = "software"\n`)
  const { data } = await ada.person.json<Deployed>('deploy', project, '--policy', ada.policy)
  expect(data).toMatchObject({ url: served.url, unchanged: true })
  for (const words of [['status'], ['logs'], ['evidence'], ['whoami']]) {
    const { code } = await ada.person.run(process.execPath, [bin, ...words, '--json'], project)
    expect(code, words.join(' ')).toBe(0)
  }
})

describe('what one owner has', () => {
  it.each(['status', 'logs', 'stop', 'restart', 'remove', 'evidence'])(
    'is not there for another one who asks for its %s',
    async (command) => {
      const { error } = await bob.json(command, 'remote')
      expect(error?.code).toBe('state/no-such-app')
      expect((await call(`${served.url}/health`, served.certificate)).status).toBe(200)
    },
  )

  it('is in no list of another one', async () => {
    expect((await bob.json<Listed>('list')).data.apps).toEqual([])
  })

  it('does not stand in the way of another one: the same name is another application', async () => {
    const own = writeProject(bob.person.home, { name: 'remote', toml, app: plainApp.replace('"ok"', '"of bob"') })
    const { data, error } = await bob.deploy<Deployed>(own)
    expect(error).toBeNull()
    expect(data.url).not.toBe(served.url)
    expect((await call(`${data.url}/health`, data.certificate)).body).toBe('of bob')
    expect((await call(`${served.url}/health`, served.certificate)).body).toBe('ok')
    expect((await bob.json('remove', 'remote')).error).toBeNull()
    expect((await call(`${served.url}/health`, served.certificate)).body).toBe('ok')
  })
})

describe('an operator is not believed', () => {
  it('that a software enclave will do where hardware was asked for', async () => {
    const { error } = await ada.json('deploy', project, '--platform', 'auto')
    expect(error?.code).toBe('operator/platform')
  })

  it('when its root stands in no policy of the owner', async () => {
    const { error, code } = await ada.json('deploy', project, '--platform', 'software')
    expect([error?.code, code]).toEqual(['policy/software-root', 3])
  })

  it('when another root than its own stands there', async () => {
    const other = new OperatorMachine()
    const policy = await other.policy(ada.person.home)
    appendFileSync(join(project, 'mse_src/app.py'), '\n# once more\n')
    const before = await instanceOf(ada, 'remote')
    const { error } = await ada.json('deploy', project, '--platform', 'software', '--policy', policy)
    await other.person.leave()
    expect(error?.code).toBe('chain/root')
    expect(await instanceOf(ada, 'remote')).toBe(before)
  })

  it('at first sight: without a pin there is no login', async () => {
    const { error } = await ada.person.json('login', machine.url, '--token', join(ada.person.home, 'token'))
    expect(error?.code).toBe('usage/missing')
  })

  it('with another key than the pinned one, and gets no token', async () => {
    const words = ['login', machine.url, '--pin', `sha256:${'ab'.repeat(32)}`]
    const { error, code } = await ada.person.json(...words, '--token', join(ada.person.home, 'token'))
    expect([error?.code, code]).toEqual(['operator/pin', 3])
  })
})

describe('a service that ends', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s disturbs no application, and knows them when it is back',
    async (signal) => {
      const before = await instanceOf(ada, 'remote')
      await machine.end(signal)
      expect((await call(`${served.url}/sealed`, served.certificate)).body).toBe(sealed)
      expect((await ada.json('list')).error?.code).toBe('operator/unreachable')
      await machine.serve()
      expect(await instanceOf(ada, 'remote')).toBe(before)
      expect((await call(`${served.url}/sealed`, served.certificate)).body).toBe(sealed)
    },
  )

  it('is alone: a second one from the same folder is refused', async () => {
    const { error } = await machine.person.json('operator', 'serve', '--port', '0')
    expect(error?.code).toBe('operator/running')
  })
})

it('a token that is revoked is good for nothing from then on', async () => {
  const carol = await machine.owner('carol')
  expect((await carol.json('list')).error).toBeNull()
  const id = carol.token.slice(4, 16)
  expect((await machine.person.json('operator', 'token', 'revoke', id)).error).toBeNull()
  const { error, code } = await carol.json('list')
  expect([error?.code, code]).toEqual(['operator/unauthorised', 4])
  await carol.person.leave()
})

it('no token lies on the disk of the operator', async () => {
  const tokens = join(machine.root, 'tokens')
  const kept = readdirSync(tokens).map((name) => readFileSync(join(tokens, name), 'utf8'))
  expect(kept.length).toBeGreaterThan(1)
  expect(kept.filter((text) => text.includes(ada.token.slice(17)))).toEqual([])
})

it('a quota is kept: no second application where one is allowed', async () => {
  const dora = await machine.owner('dora', '--applications', '1', '--memory', '512m')
  const one = writeProject(dora.person.home, { name: 'one', toml, app: plainApp })
  const two = writeProject(dora.person.home, { name: 'two', toml, app: plainApp })
  const large = writeProject(dora.person.home, {
    name: 'large',
    toml: 'storage = "64m"\nhardware = "1g"\n',
    app: plainApp,
  })
  expect((await dora.deploy(large)).error?.code).toBe('operator/quota')
  expect((await dora.deploy(one)).error).toBeNull()
  expect((await dora.deploy(two)).error?.code).toBe('operator/quota')
  expect((await dora.deploy(one)).error).toBeNull()
  await dora.leave()
})

it('leaves nothing of an application that was removed', async () => {
  const eve = await machine.owner('eve')
  const own = writeProject(eve.person.home, { name: 'gone', toml, app: plainApp })
  expect((await eve.deploy(own)).error).toBeNull()
  expect((await eve.json('remove', 'gone')).error).toBeNull()
  const home = join(machine.root, 'owners/eve')
  expect(readdirSync(join(home, 'apps')).filter((name) => !name.endsWith('.lock'))).toEqual([])
  expect(readdirSync(join(home, 'staging'))).toEqual([])
  const remote = join(eve.person.state, 'remote')
  const known = readdirSync(remote).flatMap((operator) => readdirSync(join(remote, operator)))
  expect(known.filter((name) => !name.endsWith('.lock'))).toEqual([])
  await eve.leave()
})
