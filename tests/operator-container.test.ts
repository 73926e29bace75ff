import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../packages/core/src/platform/container/engine/engine.ts'
import { findEngine } from '../packages/core/src/platform/container/engine/find-engine.ts'
import { debianImage, type DebianImage } from '../packages/core/src/testing/debian-image.ts'
import { gramineStandIn } from '../packages/core/src/testing/gramine-stand-in.ts'
import { hasPodman, startPodman } from '../packages/core/src/testing/podman.ts'
import type { RealEngine } from '../packages/core/src/testing/real-engine.ts'
import { call } from './support/https.ts'
import { Person, root, type Deployed } from './support/mse.ts'
import { OperatorMachine, type OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'

/**
 * An operator who offers enclaves in containers of a real Podman, and no others. In the place of Gramine is a program that checks what it
 * is given (packages/core/src/testing/gramine).
 */
describe.skipIf(!hasPodman)('a service with a container engine (skipped without Podman, or not as root)', () => {
  let podman: RealEngine
  let engine: Engine
  let image: DebianImage
  let machine: OperatorMachine
  let ada: OperatorsOwner

  beforeAll(async () => {
    podman = await startPodman()
    engine = openEngine(await findEngine([podman.socket]))
    image = debianImage(join(root, 'node_modules/.cache/mse-container'), gramineStandIn())
    await engine.loadImage(image.archive)
    machine = new OperatorMachine(new Person({ DOCKER_HOST: `unix://${podman.socket}`, XDG_CACHE_HOME: '' }))
    expect((await machine.person.json('base', 'import', image.archive)).error).toBeNull()
    await machine.serve('--offer', 'container', '--offer', 'gramine-direct')
    ada = await machine.owner('ada')
  }, 180_000)
  afterAll(async () => {
    if (ada !== undefined) await machine.leave(ada)
    await podman?.stop()
  })

  const withBase = (folder: string): string => {
    const file = join(folder, 'mse.toml')
    writeFileSync(file, `python = "${image.python}"\nbase = "${image.digest}"\n${readFileSync(file, 'utf8')}`)
    return folder
  }
  const small = (name: string): string =>
    withBase(writeProject(ada.person.home, { name, toml: 'hardware = "256m"\nstorage = "64m"\n', app: plainApp }))
  const deploy = (project: string, platform: string): ReturnType<typeof ada.json<Deployed>> =>
    ada.json<Deployed>('deploy', project, '--platform', platform, '--policy', ada.policy)
  const containers = (): Promise<string[]> => engine.list('vnd.mse.name')

  it('serves examples/whoami from a container there, verified from here', async () => {
    const project = join(ada.person.home, 'whoami')
    cpSync(join(root, 'examples/whoami'), project, { recursive: true })
    const { data, error, warnings } = await deploy(withBase(project), 'container')
    expect(error).toBeNull()
    expect(data.verdict.platform).toBe('software')
    expect(warnings.join()).toMatch(/in a container: what it stores is memory/)
    const { login } = JSON.parse(readFileSync(join(project, 'secrets.json'), 'utf8')) as { login: string }
    expect((await call(`${data.url}/whoami`, data.certificate)).body).toContain(login)
    expect(await containers()).toHaveLength(1)
  })

  it('starts it again in its container, with the same certificate', async () => {
    const before = await containers()
    expect((await ada.json('restart', 'whoami')).error).toBeNull()
    expect(await containers()).toEqual(before)
  })

  it('leaves no container of an application that was removed', async () => {
    expect((await ada.json('remove', 'whoami')).error).toBeNull()
    expect(await containers()).toEqual([])
  })

  it('serves behind the loader of Gramine, from the base that its operator has imported', async () => {
    const { data, error } = await deploy(small('direct'), 'gramine-direct')
    expect(error).toBeNull()
    expect((await call(`${data.url}/health`, data.certificate)).body).toBe('ok')
    expect((await ada.json('remove', 'direct')).error).toBeNull()
    expect(await containers()).toEqual([])
  })

  describe('refuses, and leaves nothing of', () => {
    it('a platform that it does not offer', async () => {
      expect((await deploy(small('software'), 'software')).error?.code).toBe('operator/platform')
    })

    it('a package without a base', async () => {
      const toml = 'hardware = "256m"\nstorage = "64m"\n'
      const project = writeProject(ada.person.home, { name: 'no-base', toml, app: plainApp })
      expect((await deploy(project, 'container')).error?.code).toBe('container/no-base')
      expect(await containers()).toEqual([])
    })

    it('to offer SGX, where the processor has none', async () => {
      const { error, code } = await machine.person.json('operator', 'serve', '--port', '0', '--offer', 'sgx')
      expect([error?.code, code]).toEqual(['environment/sgx', 5])
    })
  })
})
