import type { Endpoint } from '../attest/channel.ts'
import type { App } from './app.ts'

/** Where an application of this machine is reached from this machine. */
export function endpointOf({ address, port, names }: App): Endpoint {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  return { host: everywhere[address] ?? address, port, serverName: names[0] as string }
}

/** Its URL, under the first name of its certificate. */
export function urlOf({ port, names }: App): string {
  const [name] = names as readonly [string]
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}`
}
