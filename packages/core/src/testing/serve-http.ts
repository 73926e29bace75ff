import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

export interface HttpServer {
  /** `127.0.0.1:5000` */
  readonly host: string
  stop(): Promise<void>
}

/** A server of plain HTTP on this machine that answers as it is told to. */
export async function serveHttp(handler: Handler): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => handler(request, response, Buffer.concat(parts)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
