import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { needlesInMemory } from './support/memory.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { canBeTwoMachines, PersonElsewhere } from './support/other-machine.ts'
import { plainApp, writeProject } from './support/project.ts'
import { everyFile, processesNaming } from './support/traces.ts'

/**
 * The operator's host is another machine, as far as one can be two: its own network, processes, root folder and user. What crosses the
 * wire is written down. The memory of the software enclave itself is left out, which LIMITATIONS.md says everything of.
 */
describe.skipIf(!canBeTwoMachines)(
  'a host of another, wholly looked through (as root, with ip(8); else skipped)',
  () => {
    let host: PersonElsewhere
    let machine: OperatorMachine
    let ada: OperatorsOwner
    let served: Deployed
    let capture: ChildProcess
    let frames: string
    const secret = new Map<string, Buffer>()

    beforeAll(async () => {
      host = new PersonElsewhere()
      machine = new OperatorMachine(host)
      await machine.serve('--address', host.far, '--host', host.far)
      ada = await machine.owner('ada')
      frames = join(ada.person.home, 'frames')
      const program = join(import.meta.dirname, 'support/capture.py')
      capture = spawn('python3', [program, host.wire, frames], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(capture.stdout as NodeJS.ReadableStream, 'data')
      const project = writeProject(ada.person.home, {
        name: 'apart',
        toml: 'storage = "64m"\nhardware = "256m"\n',
        app: `${plainApp}\nMARK = "MARK-IN-THE-CODE-4711"\nroutes["/mark"] = lambda: MARK\n`,
        requirements: '# MARK-IN-CLEAR-4711\n',
        files: {
          'secrets.json': '{"mark":"MARK-IN-SECRETS-4711"}',
          'secrets_to_seal.json': '{"mark":"MARK-IN-SEALED-SECRETS-4711"}',
        },
      })
      const { data, error } = await ada.deploy<Deployed>(project)
      expect(error).toBeNull()
      served = data
      await sayInClear(host.far, Number(new URL(machine.url).port), 'MARK-ON-THE-WIRE-4711')
      for (const [name, text] of secretsOf(ada.person.home)) secret.set(name, text)
    })
    afterAll(async () => {
      await ada?.leave()
      await machine?.end()
      capture?.kill('SIGKILL')
      await host?.leave()
    })

    it('serves what was deployed, to who comes over the wire', async () => {
      expect(new URL(served.url).hostname).toBe(host.far)
      expect((await call(`${served.url}/mark`, served.certificate)).body).toBe('MARK-IN-THE-CODE-4711')
      expect((await call(`${served.url}/sealed`, served.certificate)).body).toContain('MARK-IN-SEALED-SECRETS-4711')
    })

    it('has sent and received no secret, code or key in clear', () => {
      const seen = readFileSync(frames)
      expect(seen.includes('MARK-ON-THE-WIRE-4711'), 'what goes in clear is seen').toBe(true)
      expect(seen.length, 'the package went over this wire').toBeGreaterThan(1e6)
      expect(namesOf(secret, seen)).toEqual([])
    })

    it('has no secret, code or key in any of its files', () => {
      const files = everyFile(host.folder).filter((path) => !path.endsWith('/fuse'))
      const found = files.map((path) => [path, readFileSync(path)] as const)
      expect(found.filter(([, bytes]) => bytes.includes('MARK-IN-CLEAR-4711')).length).toBeGreaterThan(0)
      expect(found.flatMap(([path, bytes]) => namesOf(secret, bytes).map((name) => `${name} in ${path}`))).toEqual([])
    })

    it('has no secret, code or key in the memory of the service', () => {
      const [line] = processesNaming('operator serve').filter(
        (one) => one.includes(host.far) && /^\d+ \S*node /.test(one),
      )
      const pid = Number(line?.split(' ')[0])
      const token = new Map([['token', Buffer.from(ada.token)]])
      expect(needlesInMemory(pid, token), 'what the service knows is found').toEqual(['token'])
      expect(needlesInMemory(pid, secret)).toEqual([])
    })

    it('is not asked for anything secret by looking after the application', async () => {
      for (const command of ['status', 'evidence', 'restart'])
        expect((await ada.json(command, 'apart')).error).toBeNull()
      expect((await call(`${served.url}/sealed`, served.certificate)).body).toContain('MARK-IN-SEALED-SECRETS-4711')
      expect(namesOf(secret, readFileSync(frames))).toEqual([])
    })
  },
)

/** What nobody but the owner and the enclave may know, in every form that it could take. */
function secretsOf(home: string): [string, Buffer][] {
  const config = join(home, '.config/mse')
  const keys = readdirSync(config).filter((name) => /\.(pem|age-identity)$/.test(name))
  expect(keys).toHaveLength(2)
  const texts = ['MARK-IN-THE-CODE-4711', 'MARK-IN-SECRETS-4711', 'MARK-IN-SEALED-SECRETS-4711'].map(
    (text) => [text, Buffer.from(text)] as [string, Buffer],
  )
  const owner = readFileSync(join(config, 'owner.pem'), 'utf8').split('\n')[1] as string
  const [identity = ''] = /AGE-SECRET-KEY-1\w+/.exec(
    readFileSync(join(config, keys.find((name) => name.startsWith('code-')) as string), 'utf8'),
  ) ?? ['']
  expect(identity).not.toBe('')
  const code = fromBech32(identity)
  return [
    ...texts,
    ['owner key', Buffer.from(owner, 'base64').subarray(-32)],
    ['owner key, base64', Buffer.from(owner)],
    ['code key', code],
    ['code key, base64', Buffer.from(code.toString('base64'))],
    ['code key, hex', Buffer.from(code.toString('hex'))],
    ['code key, age', Buffer.from(identity)],
  ]
}

/** The 32 bytes of an age identity (BIP 173, without judging its checksum). */
function fromBech32(identity: string): Buffer {
  const letters = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'
  const words = [...identity.slice(identity.lastIndexOf('1') + 1)].slice(0, -6)
  const bits = words.map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

function namesOf(needles: ReadonlyMap<string, Buffer>, bytes: Buffer): string[] {
  return [...needles].filter(([, needle]) => bytes.includes(needle)).map(([name]) => name)
}

/** The test of the capture itself: it has to see this. */
async function sayInClear(host: string, port: number, text: string): Promise<void> {
  const socket = connect(port, host)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text)
  await once(socket, 'close')
}
