import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findPython } from '../../package/interpreter.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { seccompFilter } from './seccomp.ts'

const filter = seccompFilter()
const x86_64 = 0xc000003e
const allow = 0x7fff0000
const kill = 0x80000000
const errno = (number: number): number => 0x50000 + number
const [EPERM, EAGAIN, ENOSYS] = [1, 11, 38].map(errno)

/** What the kernel would do: the few instructions of classic BPF that the filter is made of (linux/filter.h). */
function answerTo(call: number, first = 0n, second = 0n, architecture = x86_64): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(call >>> 0, 0)
  data.writeUInt32LE(architecture, 4)
  data.writeBigUInt64LE(first, 16)
  data.writeBigUInt64LE(second, 24)
  let accumulator = 0
  for (let at = 0; ; at += 1) {
    const [code, jt, jf] = [filter.readUInt16LE(8 * at), filter.readUInt8(8 * at + 2), filter.readUInt8(8 * at + 3)]
    const k = filter.readUInt32LE(8 * at + 4)
    const jump = (taken: boolean): number => (at += taken ? jt : jf)
    if (code === 0x06) return k
    else if (code === 0x20) accumulator = data.readUInt32LE(k)
    else if (code === 0x15) jump(accumulator === k)
    else if (code === 0x35) jump(accumulator >= k)
    else if (code === 0x45) jump((accumulator & k) !== 0)
    else throw new Error(`instruction ${code.toString(16)}`)
  }
}

describe('the filter, instruction by instruction', () => {
  it('is whole instructions, few enough, and ends with an answer', () => {
    expect(filter.length % 8).toBe(0)
    expect(filter.length / 8).toBeLessThan(4096)
    expect(filter.readUInt16LE(filter.length - 8)).toBe(0x06)
  })

  it.each<[string, number, number | undefined]>([
    ['fork', 57, EAGAIN],
    ['vfork', 58, EAGAIN],
    ['clone3', 435, ENOSYS],
    ['memfd_create', 319, ENOSYS],
    ['io_uring_setup', 425, ENOSYS],
    ['ptrace', 101, EPERM],
    ['mount', 165, EPERM],
    ['unshare', 272, EPERM],
    ['bpf', 321, EPERM],
    ['read', 0, allow],
    ['execve', 59, allow],
    ['socket', 41, allow],
    ['futex', 202, allow],
  ])('%s', (_, call, answer) => {
    expect(answerTo(call)).toBe(answer)
  })

  it('lets clone make threads and nothing else', () => {
    const thread = 0x3d0f00n
    expect(answerTo(56, thread)).toBe(allow)
    expect(answerTo(56, 17n)).toBe(EAGAIN)
    expect(answerTo(56, 0x4111n)).toBe(EAGAIN)
    expect(answerTo(56, (1n << 48n) | 17n)).toBe(EAGAIN)
  })

  it('refuses input into a terminal, whatever the upper half of the register', () => {
    expect(answerTo(16, 0n, 0x5412n)).toBe(EPERM)
    expect(answerTo(16, 0n, 0x541cn)).toBe(EPERM)
    expect(answerTo(16, 0n, 0xffffffff00005412n)).toBe(EPERM)
    expect(answerTo(16, 0n, 0x5401n)).toBe(allow)
  })

  it.each<[string, number, number]>([
    ['the calls of i386, whose numbers mean something else', 2, 0x40000003],
    ['the calls of x32', 0x40000000 + 57, x86_64],
    ['the numbers beyond', 0xffffffff, x86_64],
    ['ARM', 220, 0xc00000b7],
  ])('kills who tries %s', (_, call, architecture) => {
    expect(answerTo(call, 0n, 0n, architecture)).toBe(kill)
  })
})

const hasSandbox = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

describe.runIf(hasSandbox && process.arch === 'x64')(
  'Python under the filter (skipped without bwrap, or on other processors)',
  () => {
    const folder = temporaryFolder()
    let python = ''
    beforeAll(async () => {
      python = (await findPython(process.env)).executable
    })

    function run(script: string, filtered = true): { status: number | null; stdout: string; stderr: string } {
      writeFileSync(join(folder(), 'filter'), filter)
      const descriptor = openSync(join(folder(), 'filter'), 'r')
      const sandbox = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-pid', '--cap-drop', 'ALL']
      const seccomp = filtered ? ['--seccomp', '3'] : []
      const done = spawnSync('bwrap', [...sandbox, ...seccomp, python, '-I', '-c', script], {
        stdio: ['ignore', 'pipe', 'pipe', descriptor],
        encoding: 'utf8',
      })
      closeSync(descriptor)
      return done
    }

    /** What each attempt ends with: `ok`, or the name of the error. */
    function attempts(expressions: Readonly<Record<string, string>>, filtered = true): Record<string, string> {
      const { stdout, stderr } = run(`${prelude}\n${tries(expressions)}`, filtered)
      expect(stderr).toBe('')
      return JSON.parse(stdout) as Record<string, string>
    }

    it('no way of making a process is left; the answer is that of an enclave', () => {
      const ways = {
        fork: 'finish(os.fork())',
        'raw fork': 'finish(call(57))',
        'raw clone': 'finish(call(56, 17, 0, 0, 0, 0))',
        posix_spawn: "os.posix_spawn('/bin/true', ['true'], {})",
        subprocess: "subprocess.run(['/bin/true'])",
        'subprocess with a session of its own': "subprocess.run(['/bin/true'], start_new_session=True)",
        multiprocessing: 'multiprocessing.Process(target=print).start()',
        pty: 'finish(pty.fork()[0])',
      }
      expect(attempts(ways)).toEqual(Object.fromEntries(Object.keys(ways).map((way) => [way, 'EAGAIN'])))
      const { 'raw vfork': vfork, clone3 } = attempts({ 'raw vfork': 'call(58)', clone3: 'call(435, 0, 0)' })
      expect([vfork, clone3]).toEqual(['EAGAIN', 'ENOSYS'])
    })

    it('what widens the surface of the kernel is refused', () => {
      expect(
        attempts({
          memfd_create: "os.memfd_create('x')",
          memfd_secret: 'call(447, 0)',
          shmget: 'call(29, 0, 4096, 0o1600)',
          io_uring_setup: 'call(425, 1, 0)',
          ptrace: 'call(101, 0, 0, 0, 0)',
          unshare: 'call(272, 0x10000000)',
          mount: "call(165, b'none', b'/tmp', b'tmpfs', 0, 0)",
          setns: 'call(308, 0, 0)',
          keyctl: 'call(250, 0, -3, 0)',
          bpf: 'call(321, 0, 0, 0)',
          process_vm_readv: 'call(310, os.getpid(), 0, 0, 0, 0, 0)',
          open_tree: "call(428, -100, b'/', 1)",
          TIOCSTI: "call(16, 0, 0x5412, b'x')",
        }),
      ).toEqual({
        memfd_create: 'ENOSYS',
        memfd_secret: 'ENOSYS',
        shmget: 'ENOSYS',
        io_uring_setup: 'ENOSYS',
        ptrace: 'EPERM',
        unshare: 'EPERM',
        mount: 'EPERM',
        setns: 'EPERM',
        keyctl: 'EPERM',
        bpf: 'EPERM',
        process_vm_readv: 'EPERM',
        open_tree: 'EPERM',
        TIOCSTI: 'EPERM',
      })
    })

    it('without the filter the same Python can: it is the filter that refuses', () => {
      const ways = {
        subprocess: "subprocess.run(['/bin/true'])",
        memfd_create: "os.memfd_create('x')",
        ptrace: 'call(101, 0, 0, 0, 0)',
      }
      expect(attempts(ways, false)).toEqual({ subprocess: 'ok', memfd_create: 'ok', ptrace: 'ok' })
    })

    it('what a web application needs goes on', () => {
      expect(
        attempts({
          threads: 'threads()',
          'a server and its client': 'echo()',
          'an event loop': 'asyncio.run(asyncio.to_thread(time.sleep, 0))',
          'shared memory of its own': "mmap.mmap(-1, 4096).write(b'x')",
          'a temporary file': 'tempfile.TemporaryFile(dir="/dev/shm").write(b"x")',
          randomness: 'os.urandom(16)',
          'signals of its own': 'signal.raise_signal(signal.SIGCHLD)',
        }),
      ).toEqual({
        threads: 'ok',
        'a server and its client': 'ok',
        'an event loop': 'ok',
        'shared memory of its own': 'ok',
        'a temporary file': 'ok',
        randomness: 'ok',
        'signals of its own': 'ok',
      })
    })

    it.each([
      ['calls of x32', 'ctypes.CDLL(None).syscall(0x40000000 + 39)'],
      [
        'calls of i386',
        "code = mmap.mmap(-1, 4096, prot=7); code.write(bytes.fromhex('b814000000cd80c3')); ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()",
      ],
    ])('%s end it', (_, statement) => {
      const { status, stdout } = run(`import ctypes, mmap\n${statement}\nprint('alive')`)
      expect(stdout).toBe('')
      expect(status).toBe(128 + 31) // SIGSYS
    })
  },
)

const prelude = `
import asyncio, ctypes, errno, json, mmap, multiprocessing, os, pty, signal, socket, subprocess, sys, tempfile, threading, time

libc = ctypes.CDLL(None, use_errno=True)
multiprocessing.set_start_method('fork')

def call(number, *arguments):
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = libc.syscall(ctypes.c_long(number), *given)
    if result == -1:
        raise OSError(ctypes.get_errno(), 'call')
    return result

def finish(child):
    if child == 0:
        os._exit(0)

def threads():
    done = []
    all = [threading.Thread(target=done.append, args=(at,)) for at in range(50)]
    [one.start() for one in all]
    [one.join() for one in all]
    assert len(done) == 50

def echo():
    server = socket.create_server(('127.0.0.1', 0))
    with socket.create_connection(server.getsockname()) as client:
        server.accept()[0].sendall(b'hello')
        assert client.recv(5) == b'hello'
`

function tries(expressions: Readonly<Record<string, string>>): string {
  return `
results = {}
for name, expression in ${JSON.stringify(Object.entries(expressions))}:
    try:
        eval(expression)
        results[name] = 'ok'
    except OSError as error:
        results[name] = errno.errorcode[error.errno]
print(json.dumps(results))
`
}
