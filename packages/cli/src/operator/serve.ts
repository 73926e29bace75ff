import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import type { PlatformName } from '@mse/core/platform/platform'
import { choosePlatform, offeredPlatforms } from '@mse/core/platform/platforms'
import type { Ports } from '@mse/operator/launches/port-range'
import { serveOperator } from '@mse/operator/service/serve-operator'
import type { OperatorSettings } from '@mse/operator/service/settings'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Context, Result } from '../command.ts'
import { startSession } from '../session.ts'
import { version } from '../version.ts'
import { badValue } from './bad-value.ts'
import { readDomain } from './route.ts'

export interface ServeArguments {
  readonly address: string
  readonly port: number
  readonly host: string | undefined
  readonly ports: string
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly names: string | undefined
  readonly namesPort: number
  readonly offer: readonly PlatformName[]
}

/** `mse operator serve`: until it is told to end. */
export async function serve(args: ServeArguments, context: Context): Promise<Result> {
  const { terminal } = context
  const session = quiet(await startSession(context))
  const { settings, identity } = requireServe(args)
  for (const name of args.offer) await choosePlatform(name, session.folders).requireReady()
  await serveOperator(session, { settings, version: version(), identity }, ({ port, pin }) => {
    const url = `https://${args.host ?? args.address}:${port}`
    terminal.product(url)
    terminal.say(`For owners: mse login ${url} --pin ${pin}`)
    if (args.names !== undefined)
      terminal.say(`For clients: mse operator route --names ${args.names}, which has to run, too`)
    terminal.say('Their tokens: mse operator token create --owner NAME. Applications go on when this ends.')
  })
  return { data: null }
}

/** @throws MseError `usage/bad-value`, `usage/conflict` */
export function requireServe(args: ServeArguments): {
  readonly settings: OperatorSettings
  readonly identity: { readonly certificate: string; readonly key: string } | undefined
} {
  if (isIP(args.address) === 0) throw badValue('--address', 'an IP address', args.address)
  return { settings: settingsOf(args), identity: identityOf(args) }
}

/** The words that say the same again, from any folder. */
export function serveWords(args: ServeArguments, cwd: string): string[] {
  const { address, port, host, ports, names, namesPort, offer, certificate, key } = args
  const given = (flag: string, value: string | undefined): string[] => (value === undefined ? [] : [flag, value])
  return [
    ...['--address', address, '--port', String(port), '--ports', ports],
    ...given('--host', host),
    ...given('--names', names),
    ...given('--names-port', names === undefined ? undefined : String(namesPort)),
    ...offer.flatMap((name) => ['--offer', name]),
    ...given('--certificate', certificate && resolve(cwd, certificate)),
    ...given('--key', key && resolve(cwd, key)),
  ]
}

function settingsOf({ address, port, host, ports, names, namesPort, offer }: ServeArguments): OperatorSettings {
  return {
    address,
    port,
    host,
    ports: readPorts(ports),
    names: names === undefined ? undefined : { domain: readDomain(names), port: namesPort },
    platforms: offer.length > 0 ? [...new Set(offer)] : offeredPlatforms(),
  }
}

/** What owners do is not the conversation of who serves. */
function quiet(session: Session): Session {
  return { ...session, phase: (_name, _title, work) => work(() => undefined), warn: () => undefined }
}

/** @throws MseError `usage/bad-value` */
export function readPorts(text: string): Ports {
  const [, first, last] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number)
  if (first !== undefined && last !== undefined && first >= 1024 && last <= 65_535 && first <= last)
    return { first, last }
  throw badValue('--ports', 'two ports from 1024 to 65535, as 20000-20999', text)
}

function identityOf({ certificate, key }: ServeArguments): { certificate: string; key: string } | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate !== undefined && key !== undefined) return { certificate, key }
  throw new MseError('usage/conflict', '--certificate and --key go together')
}
