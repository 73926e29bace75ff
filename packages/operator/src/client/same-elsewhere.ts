import { codeKey } from '@mse/core/owner/keys'
import type { Secrets } from '@mse/core/provision/bundle'
import { secretsDigest } from '@mse/core/provision/digest'
import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import { currentLaunch, type AppOnDisk } from '@mse/core/state/app'
import type { AppView } from '../api/shapes.ts'
import type { OperatorClient } from './operator-client.ts'

export interface Deployment {
  readonly home: string
  readonly name: string
  readonly fingerprint: string
  readonly names: readonly string[]
  readonly secrets: Secrets
}

/**
 * What this owner has deployed from this machine, if it is this very package with these very secrets and the service says that it runs.
 * That it does is still to be proved.
 */
export async function sameElsewhere(
  session: Session,
  client: OperatorClient,
  { home, name, fingerprint, names, secrets }: Deployment,
): Promise<(AppOnDisk & { readonly view: AppView }) | undefined> {
  const known = await currentLaunch(home)
  if (known === undefined) return undefined
  const { app } = known
  if (app.fingerprint !== fingerprint || app.names.join(' ') !== names.join(' ')) return undefined
  if (app.delivered !== secretsDigest(secrets, await codeKey(session.folders.config, name))) return undefined
  const view = await statusElsewhere(client, name)
  const same = view?.state === 'running' && view.instance === app.instance && view.port === app.port
  return same ? { ...known, view } : undefined
}

/** What a service says of an application; undefined: there is none of the name. */
export async function statusElsewhere(client: OperatorClient, name: string): Promise<AppView | undefined> {
  try {
    return await client.ask('status', { name })
  } catch (error) {
    if (error instanceof MseError && error.code === 'state/no-such-app') return undefined
    throw error
  }
}
