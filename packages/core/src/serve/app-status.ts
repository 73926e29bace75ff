import { enclaveState, type EnclaveState } from '../attest/status.ts'
import { failedFolder } from '../launch/launched.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Failure, Metrics } from '../platform/platform.ts'
import { homeOf, readApp, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf, urlOf } from '../state/endpoint.ts'
import { certificateOf, type CertificateOnDisk } from './certificate-of.ts'
import type { Session } from '../session.ts'

/** The states of an application, in the order of its life (spec/6-state.md). */
export type AppState = 'launched' | EnclaveState | 'stopped' | 'expired'

export interface AppStatus extends CertificateOnDisk {
  readonly name: string
  readonly state: AppState
  readonly url: string
  readonly platform: string
  readonly fingerprint: string
  readonly instance: string
  readonly created: string
  /** When it ends by itself, ISO 8601. */
  readonly expires: string | undefined
  readonly metrics: Metrics | undefined
  /** Why it is `failed`. */
  readonly failure: Failure | undefined
  /** Why the last deployment did not become the application, while this one serves on. */
  readonly failedDeployment: Failure | undefined
  /** Instance of a launch that is being started and takes its place. */
  readonly successor?: string
}

/** What an application is doing now; asked of the enclave itself where it lives. */
export async function appStatus(
  { folders, now }: Pick<Session, 'folders' | 'now'>,
  { folder, app }: AppOnDisk,
): Promise<AppStatus> {
  const platform = choosePlatform(app.platform, folders)
  const running = platform.attach(folder)
  const alive = await running.isAlive()
  const failure = alive ? undefined : await running.failure()
  const aside = failedFolder(homeOf(folder))
  const [state, metrics, certificate, failedDeployment] = await Promise.all([
    alive
      ? enclaveState(endpointOf(app), undefined, 2_000).catch(() => 'launched' as const)
      : ended(app, failure, now()),
    alive ? running.metrics() : undefined,
    certificateOf(folder),
    readApp(aside).then((failed) => (failed === undefined ? undefined : platform.attach(aside).failure())),
  ])
  return {
    name: app.name,
    state,
    url: urlOf(app),
    platform: platform.title,
    fingerprint: app.fingerprint,
    instance: app.instance,
    created: app.created,
    expires: app.expires ?? undefined,
    ...certificate,
    metrics,
    failure: state === 'expired' ? undefined : failure,
    failedDeployment,
  }
}

function ended({ expires }: App, failure: Failure | undefined, now: Date): AppState {
  if (expires !== null && new Date(expires) <= now) return 'expired'
  return failure === undefined ? 'stopped' : 'failed'
}
