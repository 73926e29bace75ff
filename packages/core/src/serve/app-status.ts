import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { enclaveState, type EnclaveState } from '../attest/status.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Failure } from '../platform/platform.ts'
import type { AppOnDisk } from '../state/app.ts'
import { endpointOf, urlOf } from '../state/endpoint.ts'
import type { Folders } from '../state/paths.ts'

/** The states of an application, in the order of its life (spec/6-state.md). */
export type AppState = 'launched' | EnclaveState | 'stopped'

export interface AppStatus {
  readonly name: string
  readonly state: AppState
  readonly url: string
  readonly platform: string
  readonly fingerprint: string
  readonly created: string
  readonly certificate: string | undefined
  /** Why it is `failed`. */
  readonly failure: Failure | undefined
}

/** What an application is doing now; asked of the enclave itself where it lives. */
export async function appStatus(folders: Folders, { folder, app }: AppOnDisk): Promise<AppStatus> {
  const platform = choosePlatform(app.platform, folders)
  const running = platform.attach(folder)
  const alive = await running.isAlive()
  const failure = alive ? undefined : await running.failure()
  const ended: AppState = failure === undefined ? 'stopped' : 'failed'
  const state = alive ? await enclaveState(endpointOf(app), undefined, 2_000).catch(() => 'launched' as const) : ended
  const certificate = join(folder, 'certificate.pem')
  return {
    name: app.name,
    state,
    url: urlOf(app),
    platform: platform.title,
    fingerprint: app.fingerprint,
    created: app.created,
    certificate: await stat(certificate).then(
      () => certificate,
      () => undefined,
    ),
    failure,
  }
}
