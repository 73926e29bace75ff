import { MseError } from '@mse/core/error'
import type { PlatformName } from '@mse/core/platform/platform'
import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Folders } from '@mse/core/state/paths'
import type { About, WhoAmI } from '../api/shapes.ts'
import { appLabel } from '../names/app-host.ts'
import type { OperatorClient } from './operator-client.ts'
import { remoteHome, remoteHost } from './remote-record.ts'

/** Where a service will run an application, as far as it can be known before anything is made. */
export interface Elsewhere {
  readonly platform: PlatformName
  /** Of the service. */
  readonly host: string
  /** The folder of its record on this machine. */
  readonly home: string
  /** Of its certificate. */
  readonly names: readonly string[]
}

export interface Wanted {
  readonly platform: PlatformChoice
  /** Names for the certificate, beside the one that the service gives; without either, the name of the service. */
  readonly names: readonly string[]
}

/** What a service says of itself and of whoever asks, whichever application is meant. */
type Asked = readonly [About, WhoAmI]

/** @throws MseError those of asking */
export async function askService(client: OperatorClient): Promise<Asked> {
  return Promise.all([client.ask('about'), client.ask('whoami')])
}

/** @throws MseError `operator/platform`, and those of asking */
export async function lookElsewhere(
  folders: Folders,
  client: OperatorClient,
  name: string,
  wanted: Wanted,
  asked: Promise<Asked> = askService(client),
): Promise<Elsewhere> {
  const [{ platforms, host: said }, { domain }] = await asked
  const host = remoteHost(client.login, said)
  const names = domain === null ? wanted.names : [...new Set([`${appLabel(folders, name)}.${domain}`, ...wanted.names])]
  return {
    platform: choosePlatformElsewhere(wanted.platform, platforms),
    host,
    home: remoteHome(folders, client.login, name),
    names: names.length > 0 ? names : [host],
  }
}

/**
 * `auto` means hardware: that a machine of somebody else's has none is no reason to do with less.
 *
 * @throws MseError `operator/platform`
 */
function choosePlatformElsewhere(choice: PlatformChoice, offered: readonly PlatformName[]): PlatformName {
  const wanted = choice === 'auto' ? 'sgx' : choice
  if (offered.includes(wanted)) return wanted
  throw new MseError('operator/platform', 'the operator does not launch enclaves of that kind', {
    expected: wanted === 'sgx' ? 'sgx: on the machine of somebody else, platform "auto" means hardware' : wanted,
    found: offered.join(', ') || 'none',
    next: 'If a software enclave will do, which its keeper can look into: --platform software --policy FILE',
  })
}
