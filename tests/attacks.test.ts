import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from './support/https.ts'
import { bin, hasCurl, Person, read, type Deployed } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'
import { processesNaming } from './support/traces.ts'

/** What an application, an operator or an accident tried, each named after the attempt. */
const person = new Person()
let deployed: Deployed

const app = `
import json, mmap, os, ctypes

def app(environ, start_response):
    result = globals()[environ["PATH_INFO"].strip("/")]()
    start_response("200 OK", [])
    return [json.dumps(result).encode()]

def health():
    return "ok"

def writable():
    """Everything outside its own folders that opens for writing."""
    found = []
    for top in ["/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/sys", "/dev", "/etc", "/opt", "/usr/lib/python3"]:
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                if path.startswith(("/dev/pts", "/dev/fd")) or path in allowed:
                    continue
                try:
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                    found.append(path)
                except OSError:
                    pass
    return found

allowed = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "stdin", "stdout", "stderr", "core", "console")}

def private():
    return [path for path in ("/etc/ssl/private", "/etc/pki/tls/private", "/etc/shadow", "/etc/ssh", "/home", "/opt/python/state") if os.path.exists(path)]

def hidden():
    """Shared pages that are no longer counted as resident, and still held."""
    area = mmap.mmap(-1, 1 << 30)
    libc = ctypes.CDLL(None, use_errno=True)
    base = ctypes.addressof(ctypes.c_char.from_buffer(area))
    for at in range(0, 1 << 30, 16 << 20):
        for page in range(at, at + (16 << 20), 4096):
            area[page] = 1
        libc.madvise(ctypes.c_void_p(base + at), ctypes.c_size_t(16 << 20), 4)
    return "held"
`

beforeAll(async () => {
  const toml = 'hardware = "256m"\nstorage = "64m"\n'
  const { data, error } = await person.json<Deployed>(
    'deploy',
    writeProject(person.home, { name: 'attacker', toml, app }),
  )
  expect(error).toBeNull()
  deployed = data
})
afterAll(() => person.leave())

const ask = async (path: string): Promise<unknown> =>
  JSON.parse((await call(`${deployed.url}/${path}`, deployed.certificate)).body) as unknown

describe('an application', () => {
  it("cannot write the host's sysctls, nor anything else outside its folders", async () => {
    expect(await ask('writable')).toEqual([])
  })

  it("cannot read the host's private keys, nor who else lives there", async () => {
    expect(await ask('private')).toEqual([])
  })

  it('cannot hold shared memory that the watch does not see', async () => {
    await expect(call(`${deployed.url}/hidden`, deployed.certificate)).rejects.toThrow()
    await vi.waitFor(() => expect(read(deployed.folder, 'log')).toMatch(/the application was stopped: it used \d+ MiB/))
  })
})

describe('an accident', () => {
  it('that ends the file system of the storage is noticed', async () => {
    const { data } = await person.json<Deployed>(
      'deploy',
      writeProject(person.home, { name: 'stored', toml: 'storage = "64m"\n', app: plainApp }),
    )
    const [line] = processesNaming(realpathSync(data.folder)).filter((one) => /^\d+ \S*gocryptfs /.test(one))
    process.kill(Number((line as string).split(' ')[0]), 'SIGKILL')
    await vi.waitFor(async () => {
      const { data: status } = await person.json<{ state: string; failure: { code: string } }>('status', 'stored')
      expect(status).toMatchObject({ state: 'failed', failure: { code: 'launch/storage-died' } })
    })
  })

  it('that closes the conversation does not stop the work', async () => {
    const project = writeProject(person.home, { name: 'spoken', toml: 'storage = "64m"\n', app: plainApp })
    const script = `url=$('${process.execPath}' '${bin}' deploy '${project}' 2> >(head -c 1 > /dev/null)); echo "$? $url"`
    const { stdout } = await person.run('bash', ['-c', script])
    expect(stdout).toMatch(/^0 https:/)
  })
})

describe('a home that is reached through a link', () => {
  it('works', async () => {
    const linked = new Person()
    mkdirSync(join(linked.home, 'real'))
    symlinkSync('real', join(linked.home, 'link'))
    const project = writeProject(linked.home, { name: 'linked', toml: 'storage = "64m"\n', app: plainApp })
    Object.assign(linked.env, { XDG_STATE_HOME: join(linked.home, 'link') })
    expect((await linked.json('deploy', project)).error).toBeNull()
    await linked.leave()
  })
})

describe('what is printed for a shell', () => {
  it.skipIf(!hasCurl)('is quoted: a health check is no command (skipped without curl)', async () => {
    const health = '/health?a=$(id)&b=;id'
    const project = writeProject(person.home, { name: 'quoted', toml: 'storage = "64m"\n', app: plainApp })
    writeFileSync(join(project, 'mse.toml'), read(project, 'mse.toml').replace('"/health"', `"${health}"`))
    const { stderr } = await person.mse('deploy', project)
    const line = stderr.split('\n').find((one) => one.trim().startsWith('curl ')) ?? ''
    expect(line).toContain(`'${health}'`.slice(1))
    const { status, stdout } = spawnSync('bash', ['-c', `${line} --silent`], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok' })
  })
})

describe('what runs', () => {
  it('is not replaced by a package of another owner', async () => {
    const mallory = new Person()
    const project = writeProject(mallory.home, { name: 'attacker', toml: 'storage = "64m"\n', app: plainApp })
    const stranger = join(mallory.home, 'stranger.pkg')
    expect((await mallory.mse('package', project, '--output', stranger)).code).toBe(0)
    expect((await person.json('spawn', '--package', stranger)).error?.code).toBe('state/other-owner')
    await mallory.leave()
  })

  it('is not stopped for a place that cannot be listened on', async () => {
    const project = join(person.home, 'attacker')
    expect((await person.json('deploy', project, '--port', '1')).error?.code).toBe('launch/port-privileged')
    expect((await person.json('deploy', project, '--host', '192.0.2.1')).error?.code).toBe('launch/address')
    const { data } = await person.json<{ state: string }>('status', 'attacker')
    expect(data.state).toBe('running')
  })
})

describe('mse run', () => {
  it('does not give the secrets of one application to another', async () => {
    const project = join(person.home, 'attacker')
    const { code, error } = await person.json('run', 'somebody', '--project', project)
    expect({ code, error: error?.code }).toEqual({ code: 2, error: 'usage/other-app' })
  })
})

describe('a package with a pipe for an index', () => {
  it('is refused, not waited for', { timeout: 20_000 }, async () => {
    const folder = join(person.home, 'pipe.pkg')
    mkdirSync(folder)
    spawnSync('mkfifo', [join(folder, 'index.json')])
    expect((await person.json('spawn', '--package', folder)).error?.code).toBe('package/unreadable')
    expect(existsSync(folder)).toBe(true)
  })
})
