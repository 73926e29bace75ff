import { stat } from 'node:fs/promises'
import { MseError } from '../../../error.ts'
import { exchange, startCommand } from './exchange.ts'

/** An engine that answers. */
export interface FoundEngine {
  /** Path of its Unix socket. */
  readonly socket: string
  /** `Docker` or `Podman`. */
  readonly name: string
  /** Of the program: `4.3.1`. */
  readonly version: string
  /** Of the API that is spoken with it: `1.41`. */
  readonly api: string
}

/** The API that Docker 19.03 and Podman 4 speak: the oldest with all that is asked for. */
const oldestApi = '1.40'
/** The newest whose changes were read. An engine that no longer speaks it says which it does. */
const newestApi = '1.44'
const oldestPodman = 4

/**
 * The engine that listens on the first socket there is.
 *
 * @param patience milliseconds without a byte after which it is given up
 * @throws MseError `environment/engine`, `environment/engine-permission`, `environment/engine-old`
 */
export async function findEngine(sockets: readonly string[], patience?: number): Promise<FoundEngine> {
  for (const socket of sockets) {
    if (/^\w+:\/\//.test(socket)) throw notHere(socket)
    if (await isThere(socket)) return askEngine(socket, patience)
  }
  throw new MseError('environment/engine', 'there is no container engine', {
    expected: `Podman 4 or later, or Docker, on one of ${sockets.join(', ')}`,
    next: `sudo apt-get install --yes podman, then ${startCommand}`,
  })
}

async function askEngine(socket: string, patience?: number): Promise<FoundEngine> {
  const question = { method: 'GET', path: '/version', ...(patience !== undefined && { patience }) } as const
  const { status, headers, body } = await exchange(socket, question)
  const said = body as { readonly Version?: unknown; readonly ApiVersion?: unknown; readonly MinAPIVersion?: unknown }
  if (status !== 200 || typeof said.Version !== 'string' || typeof said.ApiVersion !== 'string') {
    throw new MseError('environment/engine', 'what listens there is no container engine', {
      expected: `Docker Engine API on ${socket}`,
      found: `HTTP status ${status}`,
      next: 'DOCKER_HOST=unix:///path/of/the/socket',
    })
  }
  const podman = String(headers['server'] ?? '').startsWith('Libpod/')
  const found = { socket, name: podman ? 'Podman' : 'Docker', version: said.Version }
  const least = typeof said.MinAPIVersion === 'string' ? said.MinAPIVersion : oldestApi
  const tooOld = isOlder(said.ApiVersion, oldestApi) || (podman && Number.parseInt(said.Version, 10) < oldestPodman)
  if (tooOld || isOlder(newestApi, least)) throw unspoken(found, said.ApiVersion, least)
  return { ...found, api: isOlder(said.ApiVersion, newestApi) ? said.ApiVersion : newestApi }
}

function unspoken({ name, version }: Omit<FoundEngine, 'api'>, api: string, least: string): MseError {
  return new MseError('environment/engine-old', `the API of ${name} ${version} is not one that is spoken here`, {
    expected: `API ${oldestApi} to ${newestApi}: Docker 19.03, Podman ${oldestPodman}, or later`,
    found: `API ${least} to ${api}`,
    next: 'install a version of the engine that speaks one of these',
  })
}

/** Descriptors and folders of this machine go into the container: an engine elsewhere could not pass them on. */
function notHere(host: string): MseError {
  return new MseError('environment/engine', 'the container engine has to be on this machine', {
    expected: 'unix:///path/of/its/socket',
    found: host,
    next: 'Unset DOCKER_HOST and CONTAINER_HOST, or run mse on that machine.',
  })
}

async function isThere(socket: string): Promise<boolean> {
  return stat(socket).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  )
}

function isOlder(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
