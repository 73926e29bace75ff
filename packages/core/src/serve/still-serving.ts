import type { Policy } from '@mse/attest'
import { enclaveState } from '../attest/status.ts'
import { policyFor } from '../fingerprint/package-policy.ts'
import type { LaunchOptions } from '../launch/launch-app.ts'
import { codeKey } from '../owner/keys.ts'
import { join } from 'node:path'
import type { Artefact } from '../package/artefact.ts'
import { checkFiles } from '../package/check-files.ts'
import { openPackage } from '../package/open.ts'
import type { Platform } from '../platform/platform.ts'
import type { Secrets } from '../provision/bundle.ts'
import { secretsDigest } from '../provision/digest.ts'
import type { Session } from '../session.ts'
import { readApp, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'

/** An application that already is what was asked for, and the policy that its evidence still has to satisfy. */
export interface Serving extends AppOnDisk {
  readonly policy: Policy
}

/** What runs in `folder`, if it is this very package with these very secrets, at the place asked for, and serves. */
export async function stillServing(
  session: Session,
  folder: string,
  artefact: Artefact,
  platform: Platform,
  secrets: Secrets,
  options: LaunchOptions,
): Promise<Serving | undefined> {
  const app = await readApp(folder)
  if (app === undefined || app.platform !== platform.name || !samePlace(app, options)) return undefined
  const policy = policyFor(await platform.measure(artefact))
  if (policy.measurement !== 'any' && !policy.measurement.includes(app.fingerprint)) return undefined
  if (app.delivered !== secretsDigest(secrets, await codeKey(session.folders.config, app.name))) return undefined
  if (!(await platform.attach(folder).isAlive()) || !(await isIntact(join(folder, 'package')))) return undefined
  const state = await enclaveState(endpointOf(app), undefined).catch(() => undefined)
  return state === 'running' ? { folder, app, policy } : undefined
}

async function isIntact(directory: string): Promise<boolean> {
  try {
    await checkFiles(await openPackage(directory))
    return true
  } catch {
    return false
  }
}

function samePlace(app: App, { address, port, names }: LaunchOptions): boolean {
  return app.address === address && (port === 0 || port === app.port) && app.names.join(' ') === names.join(' ')
}
