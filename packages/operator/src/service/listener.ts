import { getRequestListener } from '@hono/node-server'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { capAddresses } from './cap-addresses.ts'
import type { createApp } from './create-app.ts'
import type { Limits } from './settings.ts'
import type { TlsIdentity } from './tls-identity.ts'

export interface Listener {
  readonly port: number
  /** Ends every connection. */
  close(): Promise<void>
}

/** Listens over TLS, within limits: whoever is slow, large or many is cut off, and nobody else notices. */
export async function listen(
  app: ReturnType<typeof createApp>,
  { address, port }: { readonly address: string; readonly port: number },
  { key, certificate }: TlsIdentity,
  limits: Limits,
): Promise<Listener> {
  const server = createServer(
    {
      key,
      cert: certificate,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.handshakeTimeout,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
      maxHeaderSize: limits.headers,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  const listener = getRequestListener(app.fetch, { hostname: 'operator', overrideGlobalObjects: false })
  server.maxConnections = limits.connections
  server.maxRequestsPerSocket = 1000
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('clientError', (_error, socket) => socket.destroy())
  capAddresses(server, limits.connectionsPerAddress)
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
