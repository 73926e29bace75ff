import type { Endpoint } from '@mse/core/attest/channel'
import { homeOf, makeCurrent, otherLaunches, type App } from '@mse/core/state/app'
import { appFolder, type Folders } from '@mse/core/state/paths'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AppView } from '../api/shapes.ts'
import type { Login } from './login.ts'
import { operatorSlug } from './operator-slug.ts'

/**
 * The folder on the owner's machine for an application elsewhere: record, policy and certificate, laid out as those of applications here
 * (spec/6-state.md). What was deployed is known from it, and not from what the operator says.
 */
export function remoteHome(folders: Folders, { url }: Login, name: string): string {
  return join(folders.state, 'remote', operatorSlug(url), basename(appFolder(folders, name)))
}

/** Under which name or address a service's applications are reached. */
export function remoteHost({ url }: Pick<Login, 'url'>, host: string | null): string {
  return host ?? new URL(url).hostname.replaceAll(/^\[|\]$/g, '')
}

/** What the service says of an application, as the record of one here. */
export function remoteApp(view: AppView, host: string): App {
  const { name, platform, port, names, instance, fingerprint, healthcheck, created, expires } = view
  return {
    schema: 'mse-app/1',
    name,
    platform,
    address: host,
    port,
    names: names.length === 0 ? [host] : names,
    instance,
    fingerprint,
    healthcheck,
    created,
    expires,
    delivered: null,
  }
}

/** What was started elsewhere is the application from now on, and no other. */
export async function recordAlone(folder: string): Promise<void> {
  await makeCurrent(folder)
  for (const other of await otherLaunches(homeOf(folder))) await rm(other, { recursive: true, force: true })
}

/** Where a launch is reached that may answer elsewhere until it is settled. */
export function remoteEndpoint({ address, names }: App, port: number): Endpoint {
  return { host: address, port, serverName: names[0] as string }
}
