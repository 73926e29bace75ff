import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FaultyMachine } from './support/faults.ts'
import { count, outcomeOf, patient, some } from './support/misfortune.ts'
import { bin, Person, type Deployed, type Envelope } from './support/mse.ts'

/**
 * Promise 10, when it is the world that fails: after each, nothing has leaked, nothing is half there, and the next command works.
 * `node scripts/faults.mjs` counts these as well, and tests/gone.test.ts.
 */
afterEach(count)

const isRoot = process.getuid?.() === 0
describe.skipIf(!isRoot)('disk full (skipped for who is not root)', () => {
  const person = new Person()
  const place = join(person.home, 'state')
  person.env['XDG_STATE_HOME'] = place
  const machine = new FaultyMachine(person)
  const mount = (...words: string[]): void => expect(spawnSync('mount', words).status, words.join(' ')).toBe(0)
  /** Bytes that the application takes once it is deployed, and that are free. */
  let needed: number
  const room = (): number => {
    const { bavail, bsize } = statfsSync(place)
    return bavail * bsize
  }
  beforeAll(async () => {
    // The cache is somewhere else: dependencies are there before the disk is full.
    mkdirSync(place)
    mount('-t', 'tmpfs', '-o', 'size=300m', 'mse-test', place)
    const free = room()
    expect(await outcomeOf(person, 'deploy', machine.project)).toBe('ok')
    needed = free - room()
    expect(await outcomeOf(person, 'remove', 'victim')).toBe('ok')
  }, 120_000)
  afterAll(async () => {
    await machine.leave().catch(() => undefined)
    spawnSync('umount', ['--lazy', place])
    rmSync(person.home, { recursive: true, force: true })
  })

  // The package takes most of it, then come storage, keys, code and certificate.
  it.each(some([0, 0.5, 0.9, 0.97, 0.99, 0.997, 0.999, 1], [0, 0.9, 0.997]))(
    'with %d of the room that it takes, at whichever stage that is',
    patient,
    async (share) => {
      const filler = join(place, 'filler')
      const fill = `head -c ${Math.floor(room() - share * needed)} /dev/zero > ${filler}`
      expect(spawnSync('sh', ['-c', fill]).status).toBe(0)
      const outcome = await outcomeOf(person, 'deploy', machine.project, '--timeout', '20')
      expect(outcome).toMatch(/^(ok|environment\/(disk-full|storage)|provision\/(storage|code-key)|launch\/\w[\w-]*)$/)
      if (outcome !== 'ok') await machine.expectConsistent()
      rmSync(filler)
      const { data, error } = await person.json<Deployed>('deploy', machine.project)
      expect(error, `after ${outcome}`).toBeNull()
      await machine.expectServes(data)
      await machine.expectConsistent()
      expect(await outcomeOf(person, 'remove', 'victim')).toBe('ok')
    },
  )
})

describe.skipIf(spawnSync('faketime', ['--version']).status !== 0)('clock jumps (skipped without faketime)', () => {
  const machine = new FaultyMachine()
  const { person } = machine
  let served: Deployed
  beforeAll(async () => {
    served = (await person.json<Deployed>('deploy', machine.project, '--expires', '30d')).data
  }, 120_000)
  afterAll(() => machine.leave())

  /** The command with another time; waits inside it go by a clock that does not jump. */
  async function at(offset: string, ...words: string[]): Promise<string> {
    const line = ['-f', offset, process.execPath, bin, ...words, '--json']
    const { stdout, code } = await person.run('env', [
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
      'DONT_FAKE_MONOTONIC=1',
      'faketime',
      ...line,
    ])
    expect(code).not.toBe(70)
    return (JSON.parse(stdout) as Envelope).error?.code ?? 'ok'
  }

  it('the certificate is not valid yet: nothing is verified, and all is well when the clock is', patient, async () => {
    expect(await at('-3d', 'verify', 'victim', '--policy', join(served.folder, 'policy.json'))).toMatch(
      /^(chain|certificate)\//,
    )
    expect(await at('-3d', 'deploy', machine.project)).not.toBe('ok')
    await machine.expectServes(served)
    expect(await outcomeOf(person, 'deploy', machine.project)).toBe('ok')
    await machine.expectConsistent()
  })

  it('the certificate has expired', patient, async () => {
    expect(await at('+20y', 'verify', 'victim', '--policy', join(served.folder, 'policy.json'))).not.toBe('ok')
    await machine.expectConsistent()
  })

  it('an end in the past is refused, and nothing is launched for it', patient, async () => {
    machine.change()
    expect(await outcomeOf(person, 'deploy', machine.project, '--expires', '2020-01-01')).toBe('launch/expires')
    await machine.expectServes(served)
    await machine.expectConsistent()
  })

  it('a command that believes it to be later than the end removes nothing that runs', patient, async () => {
    expect(await at('+40d', 'list')).toBe('ok')
    await machine.expectServes(served)
    await machine.expectConsistent()
  })

  it('a supervisor that was stopped over its end, as a machine that sleeps, ends when it wakes', patient, async () => {
    const { data } = await person.json<Deployed>(
      'deploy',
      machine.project,
      '--expires',
      new Date(Date.now() + 15_000).toISOString(),
    )
    await machine.expectServes(data)
    const all = machine.processes()
    for (const pid of all) process.kill(pid, 'SIGSTOP')
    await sleep(16_000)
    for (const pid of all) process.kill(pid, 'SIGCONT')
    await expect.poll(() => machine.processes(), { timeout: 20_000 }).toEqual([])
    expect((await person.json<{ state: string }>('status', 'victim')).data.state).toBe('expired')
    await machine.expectConsistent()
    expect(await outcomeOf(person, 'deploy', machine.project)).toBe('ok')
  })
})

describe('port taken', () => {
  const machine = new FaultyMachine()
  const { person } = machine
  afterAll(() => machine.leave())

  it.each(['package', 'launch', 'verify'])('by another while %s is under way', patient, async (phase) => {
    const port = await unused()
    const child = person.start('deploy', machine.project, '--port', String(port), '--json=stream')
    let thief: Server | undefined
    let text = ''
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString()
      if (thief !== undefined || !text.includes(`"name":"${phase}","state":"started"`)) return
      thief = createServer()
        .on('error', () => undefined)
        .listen(port, '127.0.0.1')
    })
    await once(child, 'close')
    const result = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Envelope<Deployed>
    const stolen = thief?.listening === true
    expect(result.error?.code ?? 'ok').toMatch(stolen ? /^launch\/(port-taken|address)$/ : /^ok$/)
    thief?.close()
    await machine.expectConsistent()
    expect(await outcomeOf(person, 'deploy', machine.project, '--port', String(port))).toBe('ok')
    expect(await outcomeOf(person, 'remove', 'victim')).toBe('ok')
  })
})

describe('two commands at once', () => {
  const machine = new FaultyMachine()
  const { person } = machine
  afterAll(() => machine.leave())

  const words = {
    deploy: ['deploy', machine.project],
    restart: ['restart', 'victim'],
    stop: ['stop', 'victim'],
    remove: ['remove', 'victim'],
  }
  const pairs = [
    ['deploy', 'deploy'],
    ['deploy', 'stop'],
    ['deploy', 'remove'],
    ['deploy', 'restart'],
    ['restart', 'stop'],
    ['stop', 'remove'],
    ['remove', 'remove'],
  ] as const
  it.each(some(pairs, pairs.slice(0, 3)))('%s and %s: both end well, or say why not', patient, async (one, two) => {
    const [deploy, first, second] = [words.deploy, words[one], words[two]]
    for (const pause of some([0, 150], [50])) {
      expect(await outcomeOf(person, ...deploy)).toBe('ok')
      machine.change()
      const racing = outcomeOf(person, ...first)
      await sleep(pause)
      const outcomes = await Promise.all([racing, outcomeOf(person, ...second)])
      for (const outcome of outcomes) expect(outcome).toMatch(/^(ok|state\/(busy|no-such-app|nothing-kept|stopped))$/)
      expect(outcomes).toContain('ok')
      await machine.expectConsistent()
    }
    const { data, error } = await person.json<Deployed>(...deploy)
    expect(error).toBeNull()
    await machine.expectServes(data)
  })
})

async function unused(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
