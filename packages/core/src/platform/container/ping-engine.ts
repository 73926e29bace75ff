import { request } from 'node:http'

/** A container engine that answers. */
export interface Engine {
  readonly socket: string
  /** "Podman Engine", "Docker Engine - Community". */
  readonly name: string
  readonly version: string
  /** Version of the Docker Engine API. */
  readonly api: string
}

/** Milliseconds that an engine may take. */
const patience = 3000

/**
 * Asks whoever listens on a Unix socket whether it is a container engine (Docker Engine API, "Ping" and "Get version").
 *
 * @throws Error of the connection, as it is; Error in words if something else answers
 */
export async function pingEngine(socket: string, signal: AbortSignal): Promise<Engine> {
  if ((await get(socket, '/_ping', signal)).trim() !== 'OK')
    throw new Error('what listens there is no container engine')
  const { Version, ApiVersion, Components } = JSON.parse(await get(socket, '/version', signal)) as Answer
  const name = Components?.[0]?.Name ?? 'an engine'
  if (typeof Version !== 'string' || typeof ApiVersion !== 'string') throw new Error('it does not say its version')
  return { socket, name, version: Version, api: ApiVersion }
}

interface Answer {
  readonly Version?: unknown
  readonly ApiVersion?: unknown
  readonly Components?: readonly { readonly Name?: string }[]
}

async function get(socketPath: string, path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(patience)])
    request({ socketPath, path, headers: { Host: 'engine' }, signal: ends })
      .on('error', reject)
      .on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('error', reject)
        response.on('data', (part: string) => {
          text += part
          if (text.length > 1 << 16) response.destroy(new Error('it says more than its version'))
        })
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`it answers ${response.statusCode}`))
        })
      })
      .end()
  })
}
