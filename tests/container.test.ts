import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realEngines } from '../packages/core/src/testing/real-engines.ts'
import { containerMachine, type ContainerMachine } from './support/container-machine.ts'
import { call } from './support/https.ts'
import { Person, read, root, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'

const probe = readFileSync(join(import.meta.dirname, 'support/probe-app.py'), 'utf8')

/** Connects anew for each request until it is asked how that went; whose certificate it is is not looked at. */
function askOnAndOn(url: string): () => Promise<{ readonly answered: number; readonly failed: readonly string[] }> {
  let over = false
  let answered = 0
  const failed: string[] = []
  const once = (): Promise<void> =>
    new Promise((resolve) => {
      const asked = request(`${url}/health`, { rejectUnauthorized: false, agent: false }, (answer) => {
        answered += 1
        answer.resume().once('close', () => resolve())
      })
      asked.once('error', (error: NodeJS.ErrnoException) => resolve(void failed.push(error.code ?? error.message)))
      asked.end()
    })
  const loop = (async () => {
    while (!over) await once()
  })()
  return async () => {
    over = true
    await loop
    return { answered, failed }
  }
}

describe.each(realEngines)(
  'in a container of a real $name (skipped without one, or not as root)',
  ({ there, start }) => {
    if (!there) {
      it.skip('is not here')
      return
    }
    let machine: ContainerMachine
    let person: Person
    beforeAll(async () => {
      machine = await containerMachine(start)
      person = machine.person
    })
    afterAll(() => machine?.leave())

    const containers = (): Promise<string[]> => machine.engine.list('vnd.mse.name')
    const withBase = (folder: string, base: string): string => {
      const file = join(folder, 'mse.toml')
      writeFileSync(file, `python = "${machine.image.python}"\nbase = "${base}"\n${readFileSync(file, 'utf8')}`)
      return folder
    }
    const probing = (name: string, base: string = machine.image.digest): string =>
      withBase(writeProject(person.home, { name, toml: 'hardware = "256m"\nstorage = "64m"\n', app: probe }), base)
    const deploy = async (project: string, ...more: string[]): Promise<Deployed & { warnings: string[] }> => {
      const { data, error, warnings } = await person.json<Deployed>(
        'deploy',
        project,
        '--platform',
        'container',
        ...more,
      )
      expect(error).toBeNull()
      return { ...data, warnings }
    }
    const get = async ({ url, certificate }: Deployed, path: string): Promise<string> =>
      (await call(`${url}${path}`, certificate)).body
    const state = async (name: string): Promise<{ state: string; failure?: { code: string } }> =>
      (await person.json<{ state: string; failure?: { code: string } }>('status', name)).data

    it('an enclave that nobody waits for waits for its owner soon, takes the place of another one, and goes wholly', async () => {
      const project = probing('unattended')
      let before = ''
      for (let spawned = 0; spawned < 2; spawned += 1) {
        const { data, error } = await person.json<{ state: string }>(
          'spawn',
          project,
          '--platform',
          'container',
          '--no-wait',
        )
        expect([error, data.state]).toEqual([null, 'launched'])
        const { instance, state } = (
          await person.json<{ instance: string; state: string }>('status', 'unattended', '--wait')
        ).data
        expect(state).toBe('waiting')
        expect(instance).not.toBe(before)
        before = instance
      }
      expect((await containers()).length).toBe(1)
      expect((await person.mse('remove', 'unattended')).code).toBe(0)
      expect(await containers()).toEqual([])
    })

    describe('examples/whoami', () => {
      let deployed: Deployed & { warnings: string[] }
      beforeAll(async () => {
        const project = join(person.home, 'whoami')
        cpSync(join(root, 'examples/whoami'), project, { recursive: true })
        deployed = await deploy(withBase(project, machine.image.digest))
      })

      it('is verified as the software enclave that its package asks for, and the verdict says where it lives', async () => {
        const policy = join(deployed.folder, 'policy.json')
        const { ok, data } = await person.json<{ platform: string; caveats: string[] }>(
          ...['verify', deployed.url, '--policy', policy],
        )
        expect({ ok, platform: data.platform }).toEqual({ ok: true, platform: 'software' })
        expect(deployed.warnings.join()).toMatch(/in a container: what it stores is memory/)
      })

      it('answers with what its owner and its operator have given to it', async () => {
        const { login } = JSON.parse(read(root, 'examples/whoami/secrets.json')) as { login: string }
        const sealed = JSON.parse(read(root, 'examples/whoami/secrets_to_seal.json')) as Record<string, string>
        expect(await get(deployed, '/whoami')).toContain(login)
        const answer = await get(deployed, '/sealed')
        expect(Object.values(sealed).some((value) => answer.includes(value))).toBe(true)
      })

      it('is listed, logged and told of', async () => {
        expect((await person.mse('logs', 'whoami')).stdout).toContain('GET /whoami')
        const { data } = await person.json<{ metrics: { requests: number; memory: { used: number } } }>(
          'status',
          'whoami',
        )
        expect(data.metrics.requests).toBeGreaterThanOrEqual(2)
        expect(data.metrics.memory.used).toBeGreaterThan(1e6)
        expect((await person.mse('list')).stdout).toContain('whoami')
      })

      it('stops, and nothing of it is left', async () => {
        expect((await person.mse('stop', 'whoami')).code).toBe(0)
        expect(await containers()).toEqual([])
        expect(existsSync(join(deployed.folder, 'container'))).toBe(false)
        expect((await person.mse('remove', 'whoami')).code).toBe(0)
        expect(existsSync(deployed.folder)).toBe(false)
      })
    })

    describe('an application', () => {
      let deployed: Deployed
      beforeAll(async () => {
        deployed = await deploy(probing('probe'))
      })

      it('has no privileges, cannot fork, and writes to five folders of limited memory only', async () => {
        const facts = JSON.parse(await get(deployed, '/facts')) as { sizes: Record<string, number> }
        expect(facts).toMatchObject({
          capabilities: 0,
          'no new privileges': '1',
          writable: [],
          fork: [-1, 'Resource temporarily unavailable'],
          kinds: { '/root': 'tmpfs', '/key': 'tmpfs', '/mse-app': 'tmpfs', '/tmp': 'tmpfs', '/dev/shm': 'tmpfs' },
          sgx: false,
        })
        expect(facts.sizes).toMatchObject({ '/root': 64e6, '/key': 16 << 20, '/tmp': 64 << 20 })
        expect(facts.sizes['/mse-app']).toBeLessThan(65 << 20)
        expect(facts.sizes['/dev/shm']).toBeLessThanOrEqual(1 << 20)
      })

      it('that stores too much is told so', async () => {
        expect(await get(deployed, '/fill')).toBe('No space left on device')
      })

      it('that crashes is started again in its container: same certificate, same files', async () => {
        expect(await get(deployed, '/keep')).toBe('kept')
        const before = await containers()
        await call(`${deployed.url}/crash`, deployed.certificate).catch(() => undefined)
        await expect.poll(() => get(deployed, '/kept').catch(() => ''), { timeout: 30_000 }).toBe('kept')
        expect(await containers()).toEqual(before)
        expect((await state('probe')).state).toBe('running')
      })

      it('is restarted in its container: same certificate, same files', async () => {
        const before = await containers()
        expect((await person.mse('restart', 'probe')).code).toBe(0)
        expect(await get(deployed, '/kept')).toBe('kept')
        expect(await containers()).toEqual(before)
      })

      it('that takes all memory is ended by the kernel, and the log says for what', async () => {
        await call(`${deployed.url}/eat`, deployed.certificate).catch(() => undefined)
        await expect.poll(() => get(deployed, '/health').catch(() => ''), { timeout: 30_000 }).toBe('ok')
        expect((await person.mse('logs', 'probe')).stdout).toContain('hardware in mse.toml')
      })

      it('is replaced by another version on the same port, without a refused connection; the old container goes', async () => {
        const [before] = await containers()
        writeFileSync(join(person.home, 'probe/mse_src/app.py'), `${probe}\nroutes["/new"] = lambda: "new"\n`)
        const asking = askOnAndOn(deployed.url)
        deployed = await deploy(join(person.home, 'probe'))
        const { answered, failed } = await asking()
        expect(failed).toEqual([])
        expect(answered).toBeGreaterThan(10)
        expect(await get(deployed, '/new')).toBe('new')
        expect(await containers()).toHaveLength(1)
        expect(await containers()).not.toContain(before)
      })

      it('ends with its supervisor, however that ends, and nothing is left', async () => {
        const { pid } = JSON.parse(read(deployed.folder, 'supervisor.json')) as { pid: number }
        process.kill(pid, 'SIGKILL')
        await expect.poll(containers, { timeout: 30_000 }).toEqual([])
        expect(await state('probe')).toMatchObject({ state: 'failed', failure: { code: 'launch/supervisor-died' } })
        const { error } = await person.json('restart', 'probe')
        expect(error?.code).toBe('state/nothing-kept')
      })

      it('ends with its container, however that ends, and the supervisor says so', async () => {
        deployed = await deploy(join(person.home, 'probe'))
        const { pid } = JSON.parse(read(deployed.folder, 'supervisor.json')) as { pid: number }
        machine.real.command('kill', (await containers())[0] as string)
        await expect.poll(async () => (await state('probe')).state, { timeout: 30_000 }).toBe('failed')
        expect((await state('probe')).failure?.code).toBe('container/ended')
        await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 30_000 }).toBe(false)
        expect(await containers()).toEqual([])
      })
    })

    it('goes on serving while the engine is away, and stops without it; nothing is left', async () => {
      const deployed = await deploy(join(person.home, 'probe'))
      await machine.real.kill()
      expect(await get(deployed, '/health')).toBe('ok')
      expect((await person.mse('stop', 'probe')).code).toBe(0)
      await machine.real.start()
      await expect.poll(() => machine.real.command('ps', '--all', '--quiet'), { timeout: 30_000 }).toBe('')
    })

    describe('is refused', () => {
      const code = async (project: string, who: Person = person): Promise<string | undefined> =>
        (await who.json('deploy', project, '--platform', 'container')).error?.code

      it('a package that names no base image', async () => {
        const project = writeProject(person.home, { name: 'no-base', app: probe })
        expect(await code(project)).toBe('container/no-base')
      })

      it('a base image that the engine does not have', async () => {
        expect(await code(probing('no-image', `sha256:${'0'.repeat(64)}`))).toBe('container/image')
      })

      it('a base image whose Python is no Python: nothing speaks in its container', { timeout: 60_000 }, async () => {
        const base = await machine.addImage([
          { name: `usr/bin/python${machine.image.python}`, mode: 0o755, content: '#!/bin/true\n' },
        ])
        expect(await code(probing('dumb', base))).toBe('container/silent')
      })

      it('an application that takes all memory before it serves', async () => {
        const greedy = `${probe}\neat()\n`
        const toml = 'hardware = "256m"\nstorage = "64m"\nrestart = "reprovision"\n'
        const project = writeProject(person.home, { name: 'greedy', toml, app: greedy })
        expect(await code(withBase(project, machine.image.digest))).toBe('launch/out-of-memory')
      })

      it('a machine without an engine', async () => {
        const other = new Person({ DOCKER_HOST: `unix://${person.home}/nobody` })
        expect(await code(probing('no-engine'), other)).toBe('environment/engine')
        await other.leave()
      })

      it('and nothing of it is left', async () => {
        expect(await containers()).toEqual([])
      })
    })
  },
)
