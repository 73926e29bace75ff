import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { MseError } from '../error.ts'

/**
 * A port of `address` that nobody listens on.
 *
 * @param wanted that port and no other; 0 for any
 * @throws MseError `launch/port-taken`, `launch/address`
 */
export async function freePort(address: string, wanted: number): Promise<number> {
  const server = createServer()
  try {
    server.listen({ host: address, port: wanted, exclusive: true })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new MseError('launch/port-taken', `port ${wanted} is taken`, { next: 'Choose another: --port NUMBER' })
    }
    throw new MseError('launch/address', `cannot listen on ${address}:${wanted} (${code})`, { cause })
  } finally {
    server.close()
  }
}
