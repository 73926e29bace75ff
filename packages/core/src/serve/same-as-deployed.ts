import type { Policy } from '@mse/attest'
import { join } from 'node:path'
import { enclaveState } from '../attest/status.ts'
import { policyFor } from '../fingerprint/implied-policy.ts'
import type { LaunchOptions } from '../launch/launch-options.ts'
import type { Before } from '../launch/launched.ts'
import { samePlace } from '../launch/place.ts'
import { codeKey } from '../owner/keys.ts'
import type { Artefact } from '../package/artefact.ts'
import { checkFiles } from '../package/check-files.ts'
import { openPackage } from '../package/open.ts'
import type { Platform } from '../platform/platform.ts'
import type { Secrets } from '../provision/bundle.ts'
import { secretsDigest } from '../provision/digest.ts'
import type { Session } from '../session.ts'
import { endpointOf } from '../state/endpoint.ts'

/** An application that already is what was asked for, and the policy that its evidence still has to satisfy. */
export interface Same extends Before {
  readonly policy: Policy
  /** It has ended, and what it stored is there: it can be started again. */
  readonly ended: boolean
}

/** What is there, if it is this very package with these very secrets, at the place asked for, and serves or can serve again. */
export async function sameAsDeployed(
  session: Session,
  before: Before | undefined,
  artefact: Artefact,
  platform: Platform,
  secrets: Secrets,
  options: LaunchOptions,
): Promise<Same | undefined> {
  if (before === undefined) return undefined
  const { app, folder, running } = before
  if (app.platform !== platform.name || !samePlace(app, options)) return undefined
  if (app.names.join(' ') !== options.names.join(' ')) return undefined
  const policy = policyFor(await platform.measure(artefact))
  if (policy.measurement !== 'any' && !policy.measurement.includes(app.fingerprint)) return undefined
  if (app.delivered !== secretsDigest(secrets, await codeKey(session.folders.config, app.name))) return undefined
  if (!(await isIntact(join(folder, 'package')))) return undefined
  if (!(await running.isAlive())) {
    const revives = artefact.index.configuration.restart === 'sealed' && (await running.isKept())
    return revives ? { ...before, policy, ended: true } : undefined
  }
  const state = await enclaveState(endpointOf(app), undefined).catch(() => undefined)
  return state === 'running' ? { ...before, policy, ended: false } : undefined
}

async function isIntact(directory: string): Promise<boolean> {
  try {
    await checkFiles(await openPackage(directory))
    return true
  } catch {
    return false
  }
}
