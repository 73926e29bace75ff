import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MseError } from '../../../error.ts'
import type { DebianImage } from '../../../testing/debian-image.ts'
import { engineWithImage } from '../../../testing/engine-with-image.ts'
import type { RealEngine } from '../../../testing/real-engine.ts'
import { realEngines } from '../../../testing/real-engines.ts'
import { refusal } from '../../../testing/refuses.ts'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import type { ContainerSettings } from './container-settings.ts'
import { openEngine, type Engine } from './engine.ts'
import { engineSockets } from './engine-sockets.ts'
import { findEngine } from './find-engine.ts'

describe.each(realEngines)('a real $name (skipped without one, or not as root)', ({ name, there, start }) => {
  if (!there) {
    it.skip('is not here')
    return
  }
  let real: RealEngine
  let engine: Engine
  let image: DebianImage
  beforeAll(async () => {
    ;({ real, engine, image } = await engineWithImage(start))
  })
  afterAll(() => real.stop())

  const settings = (script: string, more: Partial<ContainerSettings['HostConfig']> = {}): ContainerSettings => ({
    Image: image.digest,
    Entrypoint: [`/usr/bin/python${image.python}`, '-I', '-S', '-c'],
    Cmd: [script],
    Env: [],
    User: '0:0',
    WorkingDir: '/',
    Hostname: 'enclave',
    Labels: { 'vnd.mse.test': 'yes' },
    HostConfig: {
      AutoRemove: true,
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: 256 << 20,
      MemorySwap: 256 << 20,
      PidsLimit: 64,
      ShmSize: 1 << 20,
      Tmpfs: {},
      Mounts: [],
      Devices: [],
      Ulimits: [],
      LogConfig: { Type: 'json-file', Config: {} },
      ...more,
    },
  })

  it('says who it is, and which API is spoken', async () => {
    const found = await findEngine([real.socket])
    expect(found).toMatchObject({ socket: real.socket, name, version: expect.stringMatching(/^\d+\.\d+/) })
    expect(Number(found.api.split('.')[1])).toBeGreaterThanOrEqual(40)
    expect(await engine.isRootless()).toBe(false)
  })

  it('knows an image by the digest of its configuration', async () => {
    expect(await engine.hasImage(image.digest)).toBe(true)
    expect(await engine.hasImage(`sha256:${'0'.repeat(64)}`)).toBe(false)
  })

  it('an image that is not there is refused by name', async () => {
    const absent = { ...settings('pass'), Image: `sha256:${'1'.repeat(64)}` }
    await expect(engine.create('mse-absent', absent)).rejects.toThrow(refusal('container/image'))
  })

  it('what is no image is refused', async () => {
    await expect(engine.loadImage(import.meta.filename)).rejects.toThrow(refusal('container/refused'))
  })

  it('runs to its end, and nothing of it is left', async () => {
    const id = await engine.create('mse-runs', settings('import time; time.sleep(2); raise SystemExit(7)'))
    await engine.start(id)
    expect(await engine.inspect('mse-runs')).toMatchObject({ id, running: true, labels: { 'vnd.mse.test': 'yes' } })
    expect(await engine.list('vnd.mse.test=yes')).toEqual(['mse-runs'])
    await expect.poll(() => engine.inspect(id), { timeout: 20_000 }).toBeUndefined()
    expect(await engine.list('vnd.mse.test=yes')).toEqual([])
  })

  it('what process 1 prints is to be had while it runs', async () => {
    const id = await engine.create(
      'mse-prints',
      settings('import time; print("here it is", flush=True); time.sleep(60)'),
    )
    await engine.start(id)
    await expect.poll(() => engine.logs(id), { timeout: 20_000 }).toBe('here it is')
    await engine.remove(id)
  })

  it('a name that is taken is refused', async () => {
    const id = await engine.create('mse-twice', settings('pass'))
    await expect(engine.create('mse-twice', settings('pass'))).rejects.toThrow(refusal('container/exists'))
    await engine.remove(id)
  })

  it('ends and removes one that runs; removing it again is nothing', async () => {
    const id = await engine.create('mse-goes', settings('import time; time.sleep(60)'))
    await engine.start(id)
    await engine.remove(id)
    await engine.remove(id)
    expect(await engine.inspect('mse-goes')).toBeUndefined()
  })

  it('an image without the Python that is asked for is refused as what it is', async () => {
    const id = await engine.create('mse-python', { ...settings('pass'), Entrypoint: ['/usr/bin/python3.99'] })
    await expect(engine.start(id)).rejects.toThrow(refusal('container/python'))
    await engine.remove(id)
  })

  it('a device that this machine does not have is refused as what it is', async () => {
    const device = {
      PathOnHost: '/dev/sgx_enclave',
      PathInContainer: '/dev/sgx_enclave',
      CgroupPermissions: 'rw',
    } as const
    const begin = async (): Promise<void> => {
      const id = await engine.create('mse-device', settings('pass', { Devices: [device] }))
      await engine.start(id)
    }
    await expect(begin()).rejects.toThrow(refusal('environment/sgx'))
    await engine.remove('mse-device')
  })
})

describe('where an engine is looked for', () => {
  it('DOCKER_HOST is the only place if it is set', () => {
    expect(engineSockets({ DOCKER_HOST: 'unix:///a/b' }, 0)).toEqual(['/a/b'])
    expect(engineSockets({ CONTAINER_HOST: 'unix:///a/c' }, 1000)).toEqual(['/a/c'])
  })

  it("an ordinary user's own engine goes before that of the machine", () => {
    const sockets = engineSockets({ XDG_RUNTIME_DIR: '/run/user/1000' }, 1000)
    expect(sockets[0]).toBe('/run/user/1000/podman/podman.sock')
    expect(sockets).toContain('/run/podman/podman.sock')
    expect(engineSockets({}, 0)).not.toContain('/run/user/0/podman/podman.sock')
  })
})

describe('an engine that is none', () => {
  const folder = temporaryFolder()
  const servers: Server[] = []
  afterEach(() => servers.splice(0).forEach((server) => server.close()))
  const answering = async (status: number, body: unknown, headers: Record<string, string> = {}): Promise<string> => {
    const socket = join(folder(), 'engine.sock')
    const server = createServer((_, response) => {
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
    }).listen(socket)
    servers.push(server)
    await once(server, 'listening')
    return socket
  }
  const found = async (socket: string): Promise<string> =>
    findEngine([socket]).then(
      ({ api }) => api,
      (error: MseError) => error.code,
    )

  it('is absent', async () => {
    expect(await found(join(folder(), 'nobody'))).toBe('environment/engine')
  })

  it('is on another machine', async () => {
    expect(await found('tcp://192.0.2.1:2375')).toBe('environment/engine')
  })

  it('has left its socket behind', async () => {
    const socket = await answering(200, {})
    const gone = servers.splice(0)[0] as Server
    gone.close()
    expect(await found(socket)).toBe('environment/engine')
  })

  it('is a web server', async () => {
    expect(await found(await answering(200, '<html>'))).toBe('environment/engine')
  })

  it('hangs up', async () => {
    const socket = await answering(200, {})
    servers[0]?.removeAllListeners('request').on('request', (request) => request.socket.destroy())
    expect(await found(socket)).toBe('environment/engine')
  })

  it('says more than it is asked for', async () => {
    expect(await found(await answering(200, 'x'.repeat(2 << 20)))).toBe('environment/engine')
  })

  it.each([
    ['an API that is too old', { Version: '18.09', ApiVersion: '1.39', MinAPIVersion: '1.12' }, {}],
    ['an API that is too new', { Version: '99', ApiVersion: '1.99', MinAPIVersion: '1.80' }, {}],
    ['Podman 3', { Version: '3.4.4', ApiVersion: '1.40', MinAPIVersion: '1.24' }, { Server: 'Libpod/3.4.4 (linux)' }],
  ])('has %s', async (_, version, headers) => {
    expect(await found(await answering(200, version, headers))).toBe('environment/engine-old')
  })

  it('is spoken to in the newest API that both know', async () => {
    expect(await found(await answering(200, { Version: '29', ApiVersion: '1.52', MinAPIVersion: '1.44' }))).toBe('1.44')
    servers.splice(0).forEach((server) => server.close())
    expect(await found(await answering(200, { Version: '20.10', ApiVersion: '1.41' }))).toBe('1.41')
  })

  it.each([
    ['no space left on device', 'environment/disk-full'],
    [
      'error gathering device information while adding custom device "/dev/sgx_enclave": no such file or directory',
      'environment/sgx',
    ],
    [
      'your kernel does not support memory limit capabilities or the cgroup is not mounted',
      'environment/engine-limits',
    ],
    ['something new', 'container/refused'],
  ])('refuses: %s', async (message, code) => {
    const socket = await answering(500, { message })
    const engine = openEngine({ socket, name: 'Docker', version: '29', api: '1.44' })
    await expect(engine.start('one')).rejects.toThrow(refusal(code))
  })

  it.skipIf(process.getuid?.() === 0)('may not be spoken to by this user (skipped for root)', async () => {
    const socket = await answering(200, {})
    chmodSync(socket, 0o000)
    expect(await found(socket)).toBe('environment/engine-permission')
  })
})
