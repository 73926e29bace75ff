import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MseError } from '../error.ts'
import type { Interpreter } from '../package/interpreter.ts'
import type { Platform } from '../platform/platform.ts'
import { loadProject } from '../project/load-project.ts'
import { examplePlatform, exampleRunning, type Asked } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { LaunchOptions } from './launch-options.ts'
import { orAbandoned, prepareEarly, type Prepared } from './prepare-launch.ts'

const folder = temporaryFolder()
const home = (): string => join(folder(), 'app')
const policy = { platform: 'software', softwareRoots: [], measurement: ['ab'], signer: 'any' } as const
const options: LaunchOptions = {
  ...{ address: '127.0.0.1', port: 0, names: ['localhost'], timeout: 1_000, patience: 60, expires: undefined },
}
const python = Promise.resolve({ executable: '/usr/bin/python3', prefix: '/usr', minor: '3.11' } as Interpreter)

async function prepare(asked: Asked, wanted: string, change: Partial<Platform> = {}): Promise<Prepared | undefined> {
  const root = join(folder(), 'project')
  mkdirSync(join(root, 'mse_src'), { recursive: true })
  writeFileSync(join(root, 'mse_src/app.py'), '')
  const keys = ['name = "one"', 'python_application = "app:app"', 'healthcheck_endpoint = "/"', 'hardware = "512m"']
  writeFileSync(join(root, 'mse.toml'), [...keys, wanted].join('\n'))
  const platform = { ...examplePlatform(policy, exampleRunning(asked), asked), ...change }
  return prepareEarly(exampleSession(folder()), home(), await loadProject(root), platform, options, python)
}

describe('beside the making of the package', () => {
  it('an enclave is launched, and not told to begin', async () => {
    const asked: Asked = []
    const prepared = await prepare(asked, '')
    expect(asked).toEqual(['launch'])
    expect(existsSync(prepared?.folder as string)).toBe(true)
    expect(prepared?.place.replaces).toBeUndefined()
  })

  it('nothing is launched for a project that wants another Python than the one that answered', async () => {
    const asked: Asked = []
    expect(await prepare(asked, 'python = "3.12"')).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('what cannot be launched leaves no folder', async () => {
    const launch = async (): Promise<never> => Promise.reject(new MseError('launch/supervisor', 'no'))
    await expect(prepare([], '', { launch })).rejects.toThrow(refusal('launch/supervisor'))
    expect(readdirSync(home())).toEqual([])
  })
})

describe('when the package cannot be made', () => {
  const fails = async (): Promise<never> => Promise.reject(new MseError('project/path', 'no'))

  it('the enclave that was prepared is ended, and nothing of it is left', async () => {
    const asked: Asked = []
    const prepared = await prepare(asked, '')
    await expect(orAbandoned(Promise.resolve(prepared), fails)).rejects.toThrow(refusal('project/path'))
    expect(asked).toEqual(['launch', 'stop'])
    expect(existsSync(prepared?.folder as string)).toBe(false)
  })

  it('that is the reason, even if the enclave could not be prepared either', async () => {
    const broken = Promise.reject(new MseError('launch/port-taken', 'no'))
    await expect(orAbandoned(broken, fails)).rejects.toThrow(refusal('project/path'))
  })
})
