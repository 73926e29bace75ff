import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { operatorFolders, type OperatorFolders } from '../owners/operator-folders.ts'
import { capAddresses } from '../service/cap-addresses.ts'
import { alertFor } from './alert.ts'
import { findRoute } from './find-route.ts'
import { forward } from './forward.ts'
import { readName } from './read-name.ts'

export interface RouteOptions {
  /** IP literal and port to listen on; 0 for any. */
  readonly address: string
  readonly port: number
  /** What all names end with. */
  readonly domain: string
  readonly limits?: RouteLimits
}

/** What is taken from strangers at most. Times in milliseconds. */
export interface RouteLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
  readonly greeting: number
  /** How long what is open may go on after the end was asked for. */
  readonly drain: number
}

export const ordinaryRouteLimits: RouteLimits = {
  connections: 4096,
  connectionsPerAddress: 512,
  greeting: 10_000,
  drain: 10_000,
}

/**
 * One port for the applications of all owners: passes each connection on to the application whose name its first message asks for. A
 * process of its own, so that the service can end and start again without a connection noticing.
 *
 * @throws MseError `operator/listen`
 */
export async function routeNames(
  session: Session,
  options: RouteOptions,
  ready: (port: number) => void,
): Promise<void> {
  const { address, port, domain, limits = ordinaryRouteLimits } = options
  const folders = operatorFolders(session.folders)
  const open = new Set<Socket>()
  const server = createServer(
    { allowHalfOpen: true, pauseOnConnect: true, keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true },
    (client) => {
      open.add(client)
      client.once('close', () => open.delete(client))
      void route(client, folders, domain, limits.greeting)
    },
  )
  server.maxConnections = limits.connections
  capAddresses(server, limits.connectionsPerAddress)
  server.listen(port, address)
  await once(server, 'listening').catch(cannotListen)
  ready((server.address() as AddressInfo).port)
  if (!session.signal.aborted) await once(session.signal, 'abort')
  await drained(server, open, limits.drain)
}

async function route(client: Socket, folders: OperatorFolders, domain: string, greeting: number): Promise<void> {
  client.on('error', () => undefined)
  try {
    const { name, sent } = await readName(client, greeting)
    await forward(client, sent, await findRoute(folders, domain, name))
  } catch (error) {
    const alert = error instanceof MseError ? alertFor(error.code) : undefined
    if (alert === undefined) client.destroy()
    else client.end(alert, () => client.destroySoon())
  }
}

/** Nobody new is let in at once, so that a successor can; what is open has some time to end by itself. */
async function drained(server: Server, open: ReadonlySet<Socket>, patience: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const timer = setTimeout(() => open.forEach((socket) => socket.destroy()), patience)
  await closed
  clearTimeout(timer)
}

function cannotListen(cause: NodeJS.ErrnoException): never {
  throw new MseError('operator/listen', 'nobody can listen there', {
    ...(cause.code === undefined ? {} : { found: cause.code }),
    cause,
    next: 'Choose another: --names-port NUMBER',
  })
}
