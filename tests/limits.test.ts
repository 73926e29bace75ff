import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { call, type Reply } from './support/https.ts'
import { Person, read, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'

/** The limits of an enclave hold in the software enclave, and an application that meets them lives on. */
const person = new Person()
let deployed: Deployed

const app = `
import errno, json, mmap, multiprocessing, os, subprocess, threading
from urllib.parse import parse_qs

kept = []
megabyte = b"x" * 1_000_000

def app(environ, start_response):
    query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    result = globals()[environ["PATH_INFO"].strip("/")](**query)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(result).encode()]

def health():
    return "ok"

def fill(path, megabytes):
    written = 0
    try:
        with open(path, "wb") as file:
            for _ in range(int(megabytes)):
                file.write(megabyte)
                file.flush()
                written += 1
    except OSError as error:
        return {"error": errno.errorcode[error.errno], "written": written}
    return {"written": written}

def intact(path, megabytes):
    with open(path, "rb") as file:
        return all(file.read(1_000_000) == megabyte for _ in range(int(megabytes)))

def many(folder, files):
    os.makedirs(folder, exist_ok=True)
    made = 0
    try:
        for made in range(int(files)):
            with open(f"{folder}/{made}", "wb") as file:
                file.write(megabyte)
    except OSError as error:
        return {"error": errno.errorcode[error.errno], "made": made}
    return {"made": made + 1}

def remove(path):
    os.unlink(path)

def allocate(megabytes):
    try:
        kept.append(bytearray(int(megabytes) * 1_000_000))
    except MemoryError as error:
        return type(error).__name__
    return "allocated"

def share(megabytes):
    area = mmap.mmap(-1, int(megabytes) * 1_000_000)
    kept.append(area)
    for at in range(0, len(area), 4096):
        area[at] = 1

def processes():
    attempts = {
        "fork": os.fork,
        "system": lambda: os.system("true"),
        "run": lambda: subprocess.run(["true"]),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "multiprocessing": lambda: multiprocessing.Process(target=print).start(),
        "multiprocessing, spawned": lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    }
    return {name: attempt(function) for name, function in attempts.items()}

def attempt(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def threads():
    results = []
    workers = [threading.Thread(target=lambda at=at: results.append(at)) for at in range(20)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    return sorted(results)

def readonly():
    return {path: attempt(lambda: open(path, "w")) for path in ["/x", "/usr/x", "/opt/mse/x", "/dev/shm/x", "/etc/x"]}
`

beforeAll(async () => {
  const toml = 'hardware = "256m"\nstorage = "64m"\n'
  const { data, error } = await person.json<Deployed>(
    'deploy',
    writeProject(person.home, { name: 'limits', toml, app }),
  )
  expect(error).toBeNull()
  deployed = data
})
afterAll(() => person.leave())

async function ask<T>(path: string): Promise<T> {
  const reply: Reply = await call(`${deployed.url}/${path}`, deployed.certificate)
  expect(reply.status).toBe(200)
  return JSON.parse(reply.body) as T
}

const log = (): string => read(deployed.folder, 'log')

describe('encrypted storage of 64 MB', () => {
  it('refuses what goes beyond with ENOSPC, keeps what was written, and takes more after a removal', async () => {
    expect(await ask('fill?path=/root/kept&megabytes=20')).toEqual({ written: 20 })
    const beyond = await ask<{ error: string; written: number }>('fill?path=/root/beyond&megabytes=100')
    expect(beyond.error).toBe('ENOSPC')
    expect(20 + beyond.written).toBeGreaterThan(50)
    expect(20 + beyond.written).toBeLessThanOrEqual(64)
    expect(await ask('intact?path=/root/kept&megabytes=20')).toBe(true)
    await ask('remove?path=/root/beyond')
    expect(await ask('fill?path=/root/again&megabytes=20')).toEqual({ written: 20 })
    await ask('remove?path=/root/again')
  })

  it('counts many files as it counts one', async () => {
    expect(await ask('many?folder=/root/many&files=100')).toMatchObject({ error: 'ENOSPC' })
    expect(await ask('health')).toBe('ok')
  })
})

describe('/tmp of a quarter of the hardware', () => {
  it('refuses what goes beyond with ENOSPC and the application lives on', async () => {
    expect(await ask('fill?path=/tmp/file&megabytes=100')).toEqual({ error: 'ENOSPC', written: 67 })
    expect(await ask('intact?path=/tmp/file&megabytes=67')).toBe(true)
    await ask('remove?path=/tmp/file')
    expect(await ask('fill?path=/tmp/file&megabytes=30')).toEqual({ written: 30 })
  })
})

describe('one process', () => {
  it('answers every way of starting another with a Python exception, and explains it once', async () => {
    const attempts = await ask<Record<string, string>>('processes')
    for (const [way, result] of Object.entries(attempts)) {
      expect(`${way}: ${result}`).toMatch(/: BlockingIOError: .*an enclave is one process/)
    }
    await ask('processes')
    expect(log().match(/an enclave is one process/g)).toHaveLength(1)
    expect(log()).toContain('no-fork')
  })

  it('has threads', async () => {
    expect(await ask('threads')).toEqual(Array.from({ length: 20 }, (_, at) => at))
  })

  it('finds everything read-only but its own folders', async () => {
    for (const result of Object.values(await ask<Record<string, string>>('readonly'))) {
      expect(result).toMatch(/^OSError|^PermissionError/)
    }
  })
})

describe('memory of 256 MB', () => {
  it('answers private memory beyond three quarters with MemoryError, says so in numbers, and lives on', async () => {
    expect(await ask('allocate?megabytes=300')).toBe('MemoryError')
    expect(await ask('health')).toBe('ok')
  })

  it('ends an application that goes beyond with shared memory, says so in numbers, and starts it again', async () => {
    await expect(call(`${deployed.url}/share?megabytes=2000`, deployed.certificate)).rejects.toThrow()
    await vi.waitFor(() =>
      expect(log()).toMatch(/the application was stopped: it used \d+ MiB of memory, its enclave has 256 MiB/),
    )
    const until = Date.now() + 20_000
    let health = 0
    while (health !== 200 && Date.now() < until) {
      health = await call(`${deployed.url}/health`, deployed.certificate).then(
        (reply) => reply.status,
        () => 0,
      )
    }
    expect(health).toBe(200)
  })
})

describe('what is not given', () => {
  it('is not part of the environment', async () => {
    const plain = writeProject(person.home, { name: 'bare', app: environmentApp })
    const { data } = await person.json<Deployed>('deploy', plain)
    const { body } = await call(`${data.url}/health`, data.certificate)
    const { HOME, MODULE_PATH, SECRETS_PATH, SEALED_SECRETS_PATH, TMP_PATH, ...rest } = JSON.parse(body) as Record<
      string,
      string
    >
    expect({ HOME, MODULE_PATH, SECRETS_PATH, SEALED_SECRETS_PATH, TMP_PATH }).toEqual({
      HOME: '/root',
      MODULE_PATH: '/mse-app',
      SECRETS_PATH: '/root/.cache/mse/secrets.json',
      SEALED_SECRETS_PATH: '/root/.cache/mse/sealed_secrets.json',
      TMP_PATH: '/tmp',
    })
    expect(Object.keys(rest).toSorted()).toEqual([
      'LANG',
      'MALLOC_ARENA_MAX',
      'MKL_NUM_THREADS',
      'NUMEXPR_NUM_THREADS',
      'OMP_NUM_THREADS',
      'OPENBLAS_NUM_THREADS',
      'PATH',
      'TMPDIR',
    ])
    expect(join(data.folder)).toContain('bare')
  })
})

const environmentApp = `
import json, os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(dict(os.environ)).encode()]
`
