import { launchFolder, makeCurrent, writeApp } from '@mse/core/state/app'
import { appFolder } from '@mse/core/state/paths'
import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { exampleApp } from '../../../core/src/testing/example-app.ts'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { operatorFolders, ownerFolders, type OwnerFolders } from '../owners/operator-folders.ts'
import { ordinaryRouteLimits, routeNames, type RouteLimits } from '../names/route-names.ts'

export const domain = 'apps.example.org'

/** A router of this process, on a free port, and applications that are there as records and listeners. */
export interface ExampleRoute {
  readonly port: number
  owner(name: string): OwnerFolders
  /** Puts an application on record, of which somebody answers at `port`. */
  app(owner: string, name: string, port: number, names?: readonly string[]): Promise<void>
  /** A connection that has said nothing yet. */
  dial(from?: string): Promise<Socket>
  /** Lets nobody new in; resolves when everybody has gone. */
  close(): Promise<void>
}

export async function startRoute(home: string, limits: Partial<RouteLimits> = {}): Promise<ExampleRoute> {
  const end = new AbortController()
  const session = exampleSession(home, { signal: end.signal })
  const operator = operatorFolders(session.folders)
  let ended: Promise<void> = Promise.resolve()
  const port = await new Promise<number>((resolve, reject) => {
    const options = { address: '127.0.0.1', port: 0, domain, limits: { ...ordinaryRouteLimits, ...limits } }
    ended = routeNames(session, options, resolve)
    ended.catch(reject)
  })
  return {
    port,
    owner: (name) => ownerFolders(operator, name),
    async app(owner, name, at, names = [`${name}.${owner}.${domain}`]) {
      const { folders } = ownerFolders(operator, owner)
      const app = exampleApp({ name, port: at, names, instance: String(at % 10).repeat(32) })
      const folder = launchFolder(appFolder(folders, name), app.instance)
      await writeApp(folder, app)
      await makeCurrent(folder)
    },
    async dial(from) {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, ...(from && { localAddress: from }) })
      await once(socket, 'connect')
      return socket.on('error', () => undefined)
    },
    async close() {
      end.abort()
      await ended
    },
  }
}

/** Listens on a free port of this machine. */
export async function listenOn(
  answer: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => answer(socket.on('error', () => undefined)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** A ClientHello (RFC 8446, §4.1.2) of one record, with a name or without. */
export function clientHello(name: string | undefined): Buffer {
  const vector = (content: Buffer): Buffer => Buffer.concat([Buffer.of(content.length >> 8, content.length), content])
  const entry = Buffer.concat([Buffer.of(0), vector(Buffer.from(name ?? ''))])
  const versions = Buffer.of(0, 43, 0, 3, 2, 3, 4)
  const extensions = name === undefined ? versions : Buffer.concat([Buffer.of(0, 0), vector(vector(entry))])
  const fixed = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32), Buffer.of(0, 0, 2, 0x13, 1, 1, 0)])
  const body = Buffer.concat([fixed, vector(extensions)])
  return Buffer.concat([Buffer.of(22, 3, 1), vector(Buffer.concat([Buffer.of(1, 0), vector(body)]))])
}
