import { MseError } from '@mse/core/error'
import { isHostName } from '@mse/operator/names/host-name'
import { routeNames } from '@mse/operator/names/route-names'
import { isIP } from 'node:net'
import type { Context, Result } from '../command.ts'
import { startSession } from '../session.ts'
import { badValue } from './bad-value.ts'

export interface RouteArguments {
  readonly address: string
  readonly names: string | undefined
  readonly namesPort: number
}

/** `mse operator route`: until it is told to end. */
export async function route(args: RouteArguments, context: Context): Promise<Result> {
  const { address, domain, port: namesPort } = requireRoute(args)
  await routeNames(await startSession(context), { address, port: namesPort, domain }, (port) => {
    context.terminal.product(`${domain}:${port}`)
    context.terminal.say(`Passes connections for NAME.OWNER.${domain} on to applications; TLS ends in them.`)
  })
  return { data: null }
}

/** @throws MseError `usage/missing`, `usage/bad-value` */
export function requireRoute({ address, names, namesPort }: RouteArguments): {
  readonly address: string
  readonly domain: string
  readonly port: number
} {
  if (names === undefined) throw new MseError('usage/missing', '--names is missing', { next: 'give --names DOMAIN' })
  if (isIP(address) === 0) throw badValue('--address', 'an IP address', address)
  return { address, domain: readDomain(names), port: namesPort }
}

/** The words that say the same again. */
export function routeWords(args: RouteArguments): string[] {
  const { address, domain, port } = requireRoute(args)
  return ['--address', address, '--names', domain, '--names-port', String(port)]
}

/** @throws MseError `usage/bad-value` */
export function readDomain(text: string): string {
  if (isHostName(text) && text.length <= 100) return text
  throw badValue('--names', 'a domain of at most 100 characters, in lower case, as apps.example.org', text)
}
