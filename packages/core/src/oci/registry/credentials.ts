import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { MseError } from '../../error.ts'
import type { Reference } from './reference.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

type Environment = Readonly<Record<string, string | undefined>>

interface AuthFile {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

/** What registries call the user whose password is a token for the authorisation server. */
export const tokenUser = '<token>'

/**
 * What `podman login` or `docker login` has kept for a registry, helpers included, in the order of containers-auth.json(5). The most
 * specific entry counts: `host/team/app` before `host/team` before `host`.
 *
 * @throws MseError `registry/credentials` for a file that is no such file, or a helper that fails
 */
export async function findCredentials(env: Environment, reference: Reference): Promise<Credentials | undefined> {
  for (const path of authFiles(env)) {
    const file = await readAuthFile(path)
    const found = file && (await credentialsIn(file, reference, env))
    if (found !== undefined) return found
  }
  return undefined
}

function authFiles(env: Environment): string[] {
  const home = env['HOME'] || homedir()
  const named = env['REGISTRY_AUTH_FILE']
  if (named) return [named]
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    ...(runtime ? [join(runtime, 'containers/auth.json')] : []),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'),
    join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'),
  ]
}

async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    throw new MseError('registry/credentials', `${path} cannot be read`, { cause })
  }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return json
  } catch {
    // What JSON.parse says would quote the file.
  }
  throw new MseError('registry/credentials', `${path} is not a file of logins`, {
    next: 'podman login, or docker login',
  })
}

async function credentialsIn(
  { auths = {}, credHelpers = {}, credsStore }: AuthFile,
  reference: Reference,
  env: Environment,
): Promise<Credentials | undefined> {
  const { host } = reference
  const helper = Object.hasOwn(credHelpers, host) ? credHelpers[host] : undefined
  if (helper !== undefined) return askHelper(helper, host, env)
  const keys = Object.keys(auths)
  for (const wanted of namesOf(reference)) {
    const key = keys.find((one) => normal(one) === wanted)
    const auth = key === undefined ? undefined : auths[key]?.auth
    if (auth) return decodeAuth(auth)
  }
  return credsStore ? askHelper(credsStore, host, env) : undefined
}

/** From the most specific to the host alone. */
function namesOf({ host, repository }: Reference): string[] {
  const parts = [host, ...repository.split('/')]
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'))
}

/** Docker writes hosts as addresses of its first API. */
function normal(key: string): string {
  return key
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/^index\.docker\.io$/, 'docker.io')
}

function decodeAuth(auth: string): Credentials {
  const [, username, password] = /^([^:]*):([^]*)$/.exec(Buffer.from(auth, 'base64').toString()) ?? []
  if (username === undefined || password === undefined) {
    throw new MseError('registry/credentials', 'the login that is kept for the registry is not one', {
      next: 'podman login, or docker login',
    })
  }
  return { username, password }
}

/** The protocol of docker-credential-helpers: the host on standard input, JSON back. It says "not found" by failing. */
function askHelper(name: string, host: string, env: Environment): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) throw new MseError('registry/credentials', 'a login helper with a strange name')
  return new Promise((resolve, reject) => {
    const child = execFile(`docker-credential-${name}`, ['get'], { env, timeout: 30_000 }, (error, stdout) => {
      if (error?.code === 'ENOENT') {
        return reject(new MseError('registry/credentials', `the program docker-credential-${name} is not there`))
      }
      if (error) return resolve(undefined)
      try {
        const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
        resolve({ username: Username, password: Secret })
      } catch {
        reject(new MseError('registry/credentials', `docker-credential-${name} gave no login`))
      }
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(host)
  })
}
