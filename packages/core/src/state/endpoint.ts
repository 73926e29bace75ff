import type { Endpoint } from '../attest/channel.ts'
import type { App } from './app.ts'

/** Where an application of this machine is reached from this machine. */
export function endpointOf({ address, port, names }: App): Endpoint {
  return { host: reachable(address), port, serverName: names[0] as string }
}

/** Where this machine reaches what listens on an address. */
export function reachable(address: string): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  return everywhere[address] ?? address
}

/** Its URL, under the first name of its certificate that is a host's. */
export function urlOf({ port, names }: App): string {
  // A wildcard is a name of the certificate, and of no host.
  const name = names.find((one) => !one.startsWith('*.')) ?? 'localhost'
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}`
}
