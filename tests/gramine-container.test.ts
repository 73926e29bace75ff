import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newInstance } from '../packages/core/src/launch/plan.ts'
import { findPython } from '../packages/core/src/package/interpreter.ts'
import { sgxInContainer } from '../packages/core/src/platform/container/gramine-in-container.ts'
import { containerPlatform } from '../packages/core/src/platform/container/platform.ts'
import type { Engine } from '../packages/core/src/platform/container/engine/engine.ts'
import type { Running } from '../packages/core/src/platform/platform.ts'
import { readSigstruct } from '../packages/core/src/platform/sgx/sigstruct/read-sigstruct.ts'
import { freePort } from '../packages/core/src/launch/port.ts'
import { folders as foldersOf } from '../packages/core/src/state/paths.ts'
import type { DebianImage } from '../packages/core/src/testing/debian-image.ts'
import { gramineStandIn } from '../packages/core/src/testing/gramine-stand-in.ts'
import { hasPodman, startPodman } from '../packages/core/src/testing/podman.ts'
import { refusal } from '../packages/core/src/testing/refuses.ts'
import { writePackage } from '../packages/core/src/testing/write-package.ts'
import { containerMachine, type ContainerMachine } from './support/container-machine.ts'
import { call } from './support/https.ts'
import type { Deployed, Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/**
 * Gramine in a container of a real Podman, up to its loader: in the place of that are programs that check what they are given
 * (packages/core/src/testing/gramine). Nothing here shows that a real Gramine, or a processor, accepts it.
 */
describe.skipIf(!hasPodman)('up to the loader of Gramine (skipped without Podman, or not as root)', () => {
  let machine: ContainerMachine
  let engine: Engine
  let image: DebianImage
  let person: Person

  beforeAll(async () => {
    machine = await containerMachine(startPodman, gramineStandIn())
    ;({ engine, image, person } = machine)
    const { data } = await person.json<{ digest: string }>('base', 'import', image.archive)
    expect(data.digest).toBe(image.digest)
  })
  afterAll(() => machine?.leave())

  describe('gramine-direct', () => {
    const app = `${plainApp}\nimport os, pathlib\nroutes["/keep"] = lambda: str(pathlib.Path("/root/kept").write_text("kept"))\nroutes["/kept"] = lambda: pathlib.Path("/root/kept").read_text()\n`
    let deployed: Deployed
    let project: string
    beforeAll(async () => {
      const toml = `python = "${image.python}"\nbase = "${image.digest}"\nhardware = "256m"\nstorage = "64m"\n`
      project = writeProject(person.home, { name: 'direct', toml, app })
      const { data, error, warnings } = await person.json<Deployed>('deploy', project, '--platform', 'gramine-direct')
      expect(error).toBeNull()
      expect(warnings.join()).toMatch(/Gramine without SGX/)
      deployed = data
    })
    const get = async (path: string): Promise<string> =>
      (await call(`${deployed.url}${path}`, deployed.certificate)).body

    it('serves, behind process 1, as a software enclave whose quotes come over its one connection', async () => {
      expect(await get('/health')).toBe('ok')
      const { ok, data } = await person.json<{ platform: string }>(
        ...['verify', deployed.url, '--policy', join(deployed.folder, 'policy.json')],
      )
      expect({ ok, platform: data.platform }).toEqual({ ok: true, platform: 'software' })
    })

    it('is restarted with what it stored', async () => {
      await get('/keep')
      expect((await person.mse('restart', 'direct')).code).toBe(0)
      expect(await get('/kept')).toBe('kept')
    })

    it('is replaced on the same port', async () => {
      writeFileSync(join(project, 'mse_src/app.py'), `${app}\nroutes["/new"] = lambda: "new"\n`)
      const { data, error } = await person.json<Deployed>('deploy', project, '--platform', 'gramine-direct')
      expect(error).toBeNull()
      expect(data.url).toBe(deployed.url)
      deployed = data
      expect(await get('/new')).toBe('new')
      expect(await engine.list('vnd.mse.name')).toHaveLength(1)
    })

    it('stops, and nothing of it is left', async () => {
      expect((await person.mse('stop', 'direct')).code).toBe(0)
      expect(await engine.list('vnd.mse.name')).toEqual([])
    })
  })

  describe('gramine-sgx', () => {
    let hardware: { enclave: string; provision: string; aesm: string }
    let folder: string
    let aesm: Server
    let running: Running | undefined

    beforeEach(() => {
      folder = join(person.home, `sgx-${newInstance()}`)
      const at = (name: string): string => join(folder, name)
      mkdirSync(at('aesmd'), { recursive: true })
      hardware = { enclave: at('sgx_enclave'), provision: at('sgx_provision'), aesm: at('aesmd') }
      // Devices that do nothing (null(4)): only their places are looked at.
      for (const device of [hardware.enclave, hardware.provision]) execFileSync('mknod', [device, 'c', '1', '3'])
      aesm = createServer().listen(join(hardware.aesm, 'aesm.socket'))
    })
    afterEach(async () => {
      await running?.stop()
      running = undefined
      aesm.close()
      rmSync(folder, { recursive: true, force: true })
    })

    const folders = () => foldersOf({ ...person.env })
    const launch = async (instance: string = newInstance()): Promise<{ place: string; port: number }> => {
      const platform = containerPlatform(folders(), sgxInContainer(folders(), hardware))
      await platform.requireReady()
      const place = join(folder, 'launch')
      mkdirSync(join(place, 'package'), { recursive: true })
      const files = { 'code/app.py': 'app = None\n', 'launcher/__main__.py': 'pass\n' }
      const artefact = await writePackage(join(place, 'package'), files, { base: image.digest, python: image.python })
      await platform.admit(artefact)
      const port = await freePort('127.0.0.1', 0)
      const notAfter = new Date(Date.now() + 86_400_000)
      running = await platform.launch({
        folder: place,
        hardware: artefact.index.configuration.hardware,
        storage: artefact.index.configuration.storage,
        interpreter: await findPython(person.env, undefined, image.python),
        patience: 60,
        expires: undefined,
        replaces: undefined,
        unmeasured: { address: '127.0.0.1', port, names: ['localhost'], instance, notAfter },
      })
      await running.begin()
      return { place, port }
    }
    const log = (place: string): string => readFileSync(join(place, 'log'), 'utf8')

    it('is given what was measured and signed, its devices, AESM and folders, and nothing else', async () => {
      const { place } = await launch()
      await expect.poll(() => /^given (.*)$/m.test(log(place)), { timeout: 60_000 }).toBe(true)
      const given = JSON.parse(/^given (.*)$/m.exec(log(place))?.[1] as string) as Record<string, unknown>
      const { mrenclave } = readSigstruct(readFileSync(join(place, 'container/app.sig')))
      const { data } = await person.json<{ fingerprints: Record<string, string> }>(
        ...['fingerprint', join(place, 'package'), '--platform', 'sgx'],
      )
      expect(JSON.stringify(data)).toContain(mrenclave)
      expect(given).toMatchObject({
        arguments: ['/run/mse/app'],
        environment: ['LANG', 'MSE_LAUNCH', 'PATH'],
        address: '127.0.0.1',
        sigstruct: 1808,
        mrenclave: mrenclave,
        differing: [],
        devices: [true, true],
        aesm: true,
        writable: [true, true, true],
        descriptors: [0, 1, 2],
      })
      expect(given['trusted']).toBeGreaterThan(500)
      const inspected = JSON.parse(
        machine.real.command('inspect', (await engine.list('vnd.mse.name'))[0] as string),
      ) as [{ HostConfig: Record<string, unknown>; EffectiveCaps: unknown }]
      expect(inspected[0].HostConfig).toMatchObject({ Privileged: false, ReadonlyRootfs: true, AutoRemove: true })
      expect(inspected[0].EffectiveCaps ?? []).toEqual([])
    })

    it('leaves its storage to be started again, and nothing once it is stopped', async () => {
      const { place } = await launch()
      await expect.poll(() => log(place).includes('given '), { timeout: 60_000 }).toBe(true)
      await running?.detach()
      await running?.halt()
      expect(await engine.list('vnd.mse.name')).toEqual([])
      expect(await running?.isKept()).toBe(true)
      await running?.stop()
      expect(await running?.isKept()).toBe(false)
    })

    it('takes the place of a container that was left behind under its name', async () => {
      const instance = newInstance()
      machine.real.command('create', '--name', `mse-${instance}`, image.digest, '/usr/bin/true')
      const { place } = await launch(instance)
      await expect.poll(() => log(place).includes('given '), { timeout: 60_000 }).toBe(true)
      expect(await engine.list('vnd.mse.name')).toEqual([`mse-${instance}`])
    })

    it.each([
      [
        'no device that can be opened',
        'environment/sgx',
        "error: Cannot open SGX driver device. Please make sure you're using an up-to-date kernel or the standalone Intel SGX kernel module is loaded.",
      ],
      [
        'no AESM',
        'environment/aesm',
        'error: Cannot connect to aesm_service (tried \\0sgx_aesm_socket_base and /var/run/aesmd/aesm.socket UNIX sockets).\nPlease check its status! (`service aesmd status` on Ubuntu)',
      ],
      ['too little EPC', 'gramine/epc', 'error: Allocation of EPC memory failed: Cannot allocate memory (ENOMEM)'],
      [
        'too little EPC for its pages',
        'gramine/epc',
        'error: Enclave add-pages IOCTL failed: Cannot allocate memory (ENOMEM)',
      ],
      ['a kernel that refuses', 'gramine/enclave', 'error: Enclave creation IOCTL failed: Invalid argument (EINVAL)'],
      [
        'no place for a thread',
        'gramine/threads',
        'error: There are no available TCS pages left for a new thread. Please try to increase sgx.max_threads in the manifest. The current value is 36',
      ],
      ['another measurement', 'gramine/refused', 'error: enclave EINIT failed - Invalid measurement'],
      [
        'another file',
        'gramine/file',
        "warning: Hash of trusted file '/opt/mse/index.json' does not match with the reference hash in manifest",
      ],
      ['a signature of another size', 'gramine/manifest', 'error: size of sigstruct size does not match'],
      ['something new', 'launch/ended', 'error: something that nobody knows'],
    ])('%s is %s', async (_, code, says) => {
      writeFileSync(join(hardware.aesm, 'says'), says)
      await launch()
      await expect.poll(async () => (await running?.failure())?.code, { timeout: 60_000 }).toBe(code)
    })

    it.each([
      ['without SGX', 'environment/sgx', () => rmSync(hardware.enclave)],
      ['without the device for quotes', 'environment/sgx', () => rmSync(hardware.provision)],
      ['without AESM', 'environment/aesm', () => aesm.close()],
    ])('a machine %s is refused before anything is started', async (_, code, take) => {
      take()
      await expect.poll(() => launch().catch((error: { code: string }) => error.code)).toBe(code)
    })

    it('a package that names no base image is refused', async () => {
      const platform = containerPlatform(folders(), sgxInContainer(folders(), hardware))
      const artefact = await writePackage(join(folder), { 'code/app.py': '' })
      await expect(platform.admit(artefact)).rejects.toThrow(refusal('container/no-base'))
    })
  })
})
