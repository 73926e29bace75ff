import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { adoption } from './adoption.ts'
import { describeEnd } from './describe-end.ts'
import { watchMemory } from './memory-watch.ts'
import { storageKey } from './storage.ts'

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

  it('sees shared memory that took the place of reserved memory and was let go: its pages stay', async () => {
    const script = `
import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
size = 200 << 20
place = libc.mmap(None, size, 0, 0x22, -1, 0)
print('reserved', flush=True)
input()
libc.mmap(place, size, 3, 0x31, -1, 0)
ctypes.memset(place, 1, size)
libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(size), 4)
print('done', flush=True)
time.sleep(60)`
    const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    await once(child.stdout, 'data')
    const seen: number[] = []
    const watch = watchMemory(
      () => child.pid,
      150 << 20,
      (resident) => seen.push(resident),
    )
    await sleep(1500)
    expect(seen).toEqual([])
    child.stdin.write('\n')
    await once(child.stdout, 'data')
    await expect.poll(() => seen.length, { timeout: 3000 }).toBe(1)
    watch.stop()
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

  it('goes on with the package once it is whole', async () => {
    const input = new PassThrough()
    const { recorded, packed, orphaned } = adoption(input)
    input.write('go\n')
    expect(await recorded).toBe(true)
    expect(await settled(packed)).toBe(false)
    input.write('packed\n')
    await packed
    expect(await settled(orphaned)).toBe(false)
  })

  it('a parent that dies while it makes the package', async () => {
    const input = new PassThrough()
    const { packed, orphaned } = adoption(input)
    input.end('go\n')
    await orphaned
    expect(await settled(packed)).toBe(false)
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
