import { examineEvidence } from '@mse/attest'
import { createPlatform, raTlsCertificate, generateKey } from '@mse/attest/testing'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import { Duplex, PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { adoption } from './adoption.ts'
import { describeEnd } from './describe-end.ts'
import { watchMemory } from './memory-watch.ts'
import { serveQuotes } from './quoting-enclave.ts'
import { interpreterInside, sandboxArguments } from './sandbox-arguments.ts'
import { storageKey } from './storage.ts'

const folder = temporaryFolder()
const gigabyte = 2 ** 30

describe('the key of storage', () => {
  const [secret, fingerprint, instance] = [Buffer.alloc(32, 1), 'ab'.repeat(32), '0'.repeat(32)] as const
  const key = storageKey(secret, fingerprint, instance).toString('hex')

  it('is the same for the same, 32 bytes', () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(storageKey(secret, fingerprint, instance).toString('hex')).toBe(key)
  })

  it.each([
    ['another machine', Buffer.alloc(32, 2), fingerprint, instance],
    ['another version', secret, 'ac'.repeat(32), instance],
    ['another launch', secret, fingerprint, '1'.repeat(32)],
    ['version and launch exchanged', secret, instance, fingerprint],
  ])('is another one for %s', (_, ...other) => {
    expect(storageKey(...other).toString('hex')).not.toBe(key)
  })
})

describe('why a launcher ended', () => {
  const seen = { overrun: undefined, data: 700 * 2 ** 20 }

  it('memory, in numbers', () => {
    const end = describeEnd(137, gigabyte, { ...seen, overrun: gigabyte + 2 ** 20 })
    expect(end).toMatchObject({ code: 'launch/out-of-memory' })
    expect(end.message).toContain('1025 MiB')
    expect(end.message).toContain('1024 MiB')
  })

  it.each([
    [128 + constants.signals.SIGSEGV, 'SIGSEGV'],
    [128 + constants.signals.SIGABRT, 'SIGABRT'],
    [137, 'SIGKILL'],
    [128 + constants.signals.SIGSYS, 'SIGSYS'],
  ])('exit code %d: %s', (code, signal) => {
    const end = describeEnd(code, gigabyte, seen)
    expect(end).toMatchObject({ code: 'launch/killed' })
    expect(end.message).toContain(signal)
    expect(end.message).toContain('700 MiB of private data shortly before, of 768 MiB')
  })

  it.each([0, 1, 2, 127, 128, 255])('exit code %d is no signal', (code) => {
    const end = describeEnd(code, gigabyte, seen)
    expect(end).toMatchObject({ code: 'launch/ended' })
    expect(end.message).toContain(`exit code ${code}`)
  })
})

describe('the memory watch', () => {
  const children: ChildProcess[] = []
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))
  const use = async (kind: string): Promise<number> => {
    const script = `const held = ${kind}; held.fill(1); console.log('ready'); setInterval(() => held[0], 1000)`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await once(child.stdout, 'data')
    return child.pid as number
  }

  it.each([
    ['private', 'Buffer.alloc(200 << 20)'],
    ['shared with itself', 'new Uint8Array(new SharedArrayBuffer(200 << 20))'],
  ])('sees memory that is %s, once', async (_, kind) => {
    const pid = await use(kind)
    const seen: number[] = []
    const watch = watchMemory(
      () => pid,
      150 << 20,
      (resident) => seen.push(resident),
    )
    await expect.poll(() => seen.length).toBe(1)
    await sleep(500)
    watch.stop()
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBeGreaterThan(150 << 20)
    expect(watch.lastData()).toBeGreaterThan(0)
  })

  it('is quiet below the limit, about a process that is gone, and after it was stopped', async () => {
    const pid = await use('Buffer.alloc(1)')
    const exceeded: number[] = []
    const watches = [
      watchMemory(
        () => pid,
        gigabyte,
        (one) => exceeded.push(one),
      ),
      watchMemory(
        () => 2 ** 30,
        0,
        (one) => exceeded.push(one),
      ),
      watchMemory(
        () => undefined,
        0,
        (one) => exceeded.push(one),
      ),
    ]
    const stopped = watchMemory(
      () => pid,
      0,
      (one) => exceeded.push(one),
    )
    stopped.stop()
    await sleep(500)
    watches.forEach((one) => one.stop())
    expect(exceeded).toEqual([])
  })
})

describe('adoption', () => {
  const settled = async (promise: Promise<unknown>): Promise<boolean> =>
    Promise.race([promise.then(() => true), sleep(20).then(() => false)])

  it('goes on once it is on record, however the words arrive', async () => {
    const input = new PassThrough()
    const { recorded, orphaned, detached } = adoption(input)
    input.write('g')
    expect(await settled(recorded)).toBe(false)
    input.write('o\n')
    expect(await recorded).toBe(true)
    expect(detached()).toBe(false)
    input.end('detach\n')
    expect(await settled(orphaned)).toBe(false)
    expect(detached()).toBe(true)
  })

  it('a parent that dies before it has put the supervisor on record', async () => {
    const input = new PassThrough()
    const { recorded, orphaned } = adoption(input)
    input.end()
    expect(await recorded).toBe(false)
    await orphaned
  })

  it('a parent that dies before it lets go', async () => {
    const input = new PassThrough()
    const { recorded, orphaned, detached } = adoption(input)
    input.end('go\ndetac')
    expect(await recorded).toBe(true)
    await orphaned
    expect(detached()).toBe(false)
  })

  it('a pipe that breaks', async () => {
    const input = new PassThrough()
    const { recorded, orphaned } = adoption(input)
    input.destroy(new Error('broken'))
    expect(await recorded).toBe(false)
    await orphaned
  })
})

describe('the quoting enclave', () => {
  const report = { measurement: new Uint8Array(32).fill(1), signer: new Uint8Array(32).fill(2) }
  const now = new Date()

  async function pair(): Promise<[Socket, Socket]> {
    const server = createServer().listen(join(folder(), 'socket'))
    await once(server, 'listening')
    const inside = createConnection(join(folder(), 'socket'))
    const [outside] = (await once(server, 'connection')) as [Socket]
    server.close()
    return [inside, outside]
  }

  it('quotes what it is asked for, under the measurement of the platform', async () => {
    const platform = await createPlatform({ now })
    const tlsKey = await generateKey()
    const [inside, outside] = await pair()
    void serveQuotes(outside, await platform.quotingEnclave(), report)
    const { createHash } = await import('node:crypto')
    const point = Buffer.from(await crypto.subtle.exportKey('raw', tlsKey.publicKey))
    const reportData = Buffer.concat([createHash('sha256').update(point).digest(), Buffer.alloc(32, 7)])
    inside.write(reportData.subarray(0, 10))
    await sleep(20)
    inside.write(reportData.subarray(10))
    const quote = await readAnswer(inside)
    const notBefore = new Date(now.getTime() - 1_000)
    const certificate = await raTlsCertificate({
      quote,
      tlsKey,
      commonName: 'app',
      names: ['localhost'],
      notBefore,
      notAfter: new Date(now.getTime() + 86_400_000),
    })
    const examined = await examineEvidence({ certificate }, { now, softwareRoots: [platform.rootKeyHash] })
    expect(examined).toMatchObject({
      measurement: '01'.repeat(32),
      signer: '02'.repeat(32),
      reportData: reportData.toString('hex'),
      platform: 'software',
      debug: false,
    })
    inside.destroy()
  })

  it('a launcher that dies before it has read its quote ends nothing else', async () => {
    const quoting = await (await createPlatform({ now })).quotingEnclave()
    const broken = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
    const serving = serveQuotes(broken, quoting, report)
    broken.push(Buffer.alloc(64))
    broken.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
    await expect(serving).resolves.toBeUndefined()
  })

  it('a launcher that asks and asks and never reads is not answered into memory', async () => {
    const quoting = await (await createPlatform({ now })).quotingEnclave()
    const [inside, outside] = await pair()
    void serveQuotes(outside, quoting, report)
    inside.write(Buffer.alloc(64 * 2_000))
    await sleep(1_000)
    expect(outside.writableLength).toBeLessThan(1 << 20)
    inside.destroy()
    await expect.poll(() => outside.destroyed).toBe(true)
  })

  async function readAnswer(socket: Socket): Promise<Uint8Array> {
    let text = Buffer.alloc(0)
    for await (const data of socket.iterator({ destroyOnReturn: false })) {
      text = Buffer.concat([text, data as Buffer])
      if (text.length >= 4 && text.length === 4 + text.readUInt32LE()) break
    }
    return Uint8Array.from(text.subarray(4))
  }
})

describe('the sandbox', () => {
  const plan: SupervisorPlan = {
    hardware: gigabyte,
    storage: 10 ** 9,
    instance: '0'.repeat(32),
    launch: '{"schema":"mse-launch/1"}',
    address: '127.0.0.1',
    port: 8443,
    interpreter: { executable: '/usr/bin/python3.11', prefix: '/usr', minor: '3.11' },
    identity: '/home/a/.local/state/mse/software-platform.json',
    patience: 60,
  }
  const given = (change: Partial<SupervisorPlan> = {}): string[] =>
    sandboxArguments(layout(folder()), { ...plan, ...change }, { seccomp: 4, info: 5 })
  const after = (list: string[], flag: string): string[][] =>
    list.flatMap((one, at) => (one === flag ? [list.slice(at + 1, at + 3)] : []))

  it('has nothing of the host that could be written but its own storage', () => {
    expect(after(given(), '--bind')).toEqual(
      ['root', 'key', 'mse-app'].map((name) => [join(folder(), 'plain', name), `/${name}`]),
    )
    expect(given()).not.toContain('--dev-bind')
  })

  it("sees nothing of the user's folders, of the platform's secret, or of other users' names", () => {
    const seen = [...after(given(), '--ro-bind'), ...after(given(), '--ro-bind-try')].map(
      ([source]) => source as string,
    )
    for (const secret of [plan.identity, '/etc/shadow', '/etc/passwd', '/etc/hostname', '/home', '/root', '/']) {
      expect(seen).not.toContain(secret)
    }
    const own = seen.filter((path) => path.startsWith(folder()))
    expect(own.toSorted()).toEqual(['etc/group', 'etc/passwd', 'package'].map((path) => join(folder(), path)))
  })

  it('gets an environment of its own, and exactly that', () => {
    expect(given()).toContain('--clearenv')
    expect(after(given(), '--setenv').map(([name]) => name)).toEqual(['MSE_LAUNCH', 'HOME', 'PATH', 'LANG'])
  })

  it('has no capabilities, no other processes, and a quarter of its memory as /tmp', () => {
    const list = given()
    expect(list[list.indexOf('--cap-drop') + 1]).toBe('ALL')
    for (const flag of ['--unshare-pid', '--unshare-ipc', '--new-session', '--die-with-parent'])
      expect(list).toContain(flag)
    expect(after(list, '--size')[0]?.[0]).toBe(String(gigabyte / 4))
    expect(after(list, '--seccomp')[0]?.[0]).toBe('4')
  })

  it('finds a Python that lies elsewhere at a place that says nothing about the host', () => {
    const interpreter = {
      executable: '/home/a/.pyenv/versions/3.11.7/bin/python3.11',
      prefix: '/home/a/.pyenv/versions/3.11.7',
      minor: '3.11',
    }
    expect(interpreterInside(interpreter)).toBe('/opt/python/bin/python3.11')
    expect(after(given({ interpreter }), '--ro-bind')).toContainEqual([interpreter.prefix, '/opt/python'])
    expect(interpreterInside(plan.interpreter)).toBe('/usr/bin/python3.11')
    expect(interpreterInside({ executable: '/usrlocal/bin/python3', prefix: '/usrlocal', minor: '3.11' })).toBe(
      '/opt/python/bin/python3',
    )
  })
})
