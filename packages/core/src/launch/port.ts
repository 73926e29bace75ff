import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { MseError } from '../error.ts'

/**
 * A port of `address` that nobody listens on.
 *
 * @param wanted that port and no other; 0 for any
 * @throws MseError `launch/port-taken`, `launch/port-privileged`, `launch/address`
 */
export async function freePort(address: string, wanted: number): Promise<number> {
  requireUnprivileged(wanted)
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

/** The launcher has no capabilities, not even where root starts it. */
function requireUnprivileged(port: number): void {
  const first = firstUnprivileged()
  if (port === 0 || port >= first) return
  throw new MseError('launch/port-privileged', `an enclave cannot listen on port ${port}`, {
    expected: `a port from ${first}`,
    next: 'Choose another: --port NUMBER',
  })
}

function firstUnprivileged(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 1024
  }
}
