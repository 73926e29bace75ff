import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { findCredentials, type Credentials } from './credentials.ts'
import { parseReference } from './reference.ts'

const home = temporaryFolder()

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(home(), path)), { recursive: true })
  writeFileSync(join(home(), path), typeof content === 'string' ? content : JSON.stringify(content))
}

const login = (name: string): { auth: string } => ({ auth: Buffer.from(`${name}:p:w`).toString('base64') })
const env = (more: Record<string, string> = {}): Record<string, string> => ({ HOME: home(), PATH: home(), ...more })

async function find(
  more: Record<string, string> = {},
  name = 'registry.example.org/team/app:1',
): Promise<string | undefined> {
  return (await findCredentials(env(more), parseReference(name)))?.username
}

it('a password may have colons', async () => {
  write('.docker/config.json', { auths: { 'registry.example.org': login('ada') } })
  const found = await findCredentials(env(), parseReference('registry.example.org/app:1'))
  expect(found).toEqual<Credentials>({ username: 'ada', password: 'p:w' })
})

it('none where there is no file, and none for another registry', async () => {
  expect(await find()).toBeUndefined()
  write('.docker/config.json', { auths: { 'registry.example.com': login('ada') } })
  expect(await find()).toBeUndefined()
})

it('Podman’s file goes before Docker’s, the runtime folder’s before both, and a named file alone', async () => {
  write('.docker/config.json', { auths: { 'registry.example.org': login('docker') } })
  expect(await find()).toBe('docker')
  write('.config/containers/auth.json', { auths: { 'registry.example.org': login('podman') } })
  expect(await find()).toBe('podman')
  write('run/containers/auth.json', { auths: { 'registry.example.org': login('runtime') } })
  expect(await find({ XDG_RUNTIME_DIR: join(home(), 'run') })).toBe('runtime')
  write('own.json', { auths: {} })
  expect(await find({ REGISTRY_AUTH_FILE: join(home(), 'own.json') })).toBeUndefined()
})

it('the most specific entry counts', async () => {
  const auths = {
    'registry.example.org': login('host'),
    'registry.example.org/team': login('team'),
    'registry.example.org/team/app': login('app'),
    'registry.example.org/team/ap': login('other'),
  }
  write('.docker/config.json', { auths })
  expect(await find()).toBe('app')
  expect(await find({}, 'registry.example.org/team/tool:1')).toBe('team')
  expect(await find({}, 'registry.example.org/tool:1')).toBe('host')
})

it('Docker Hub’s entry under its old address', async () => {
  write('.docker/config.json', { auths: { 'https://index.docker.io/v1/': login('hub') } })
  expect(await find({}, 'docker.io/library/hello:1')).toBe('hub')
})

describe('a helper', () => {
  function helper(name: string, script: string): void {
    write(`docker-credential-${name}`, `#!/bin/sh\n${script}\n`)
    chmodSync(join(home(), `docker-credential-${name}`), 0o755)
  }

  it('is asked with the host on its standard input', async () => {
    helper('test', 'read host; printf \'{"Username":"%s","Secret":"s"}\' "$host"')
    write('.docker/config.json', { credHelpers: { 'registry.example.org': 'test' } })
    expect(await find()).toBe('registry.example.org')
  })

  it('that has nothing', async () => {
    helper('test', 'exit 1')
    write('.docker/config.json', { credsStore: 'test' })
    expect(await find()).toBeUndefined()
  })

  it.each([
    ['is not there', 'absent', ''],
    ['has a path for a name', '../../bin/sh', ''],
    ['answers with something else', 'test', 'echo hello'],
  ])('that %s', async (_, name, script) => {
    helper('test', script)
    write('.docker/config.json', { credsStore: name })
    await expect(find()).rejects.toThrow(refusal('registry/credentials'))
  })
})

it('a file that is none is an error, which does not quote it', async () => {
  write('.docker/config.json', '{"auths": secret-word')
  const error = await find().catch((caught: unknown) => caught as Error)
  expect(error).toEqual(refusal('registry/credentials'))
  expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('secret-word')
})

it('an entry that is no login', async () => {
  write('.docker/config.json', { auths: { 'registry.example.org': { auth: 'bm9jb2xvbg==' } } })
  await expect(find()).rejects.toThrow(refusal('registry/credentials'))
})
