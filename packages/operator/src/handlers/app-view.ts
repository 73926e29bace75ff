import { appStatus } from '@mse/core/serve/app-status'
import type { Failure } from '@mse/core/platform/platform'
import type { App, AppOnDisk } from '@mse/core/state/app'
import type { AppView, Refusal } from '../api/shapes.ts'
import { keptImage } from '../owners/kept-image.ts'
import type { Owner } from '../service/owner.ts'
import type { Service } from '../service/service.ts'
import type { OperatorSettings } from '../service/settings.ts'

const ended: readonly string[] = ['failed', 'stopped']

/** An application as its owner sees it from afar: nothing of this machine's folders is in it. */
export async function appView(
  { settings, now }: Pick<Service, 'settings' | 'now'>,
  owner: Owner,
  onDisk: AppOnDisk,
): Promise<AppView> {
  const { app } = onDisk
  const [status, kept] = await Promise.all([appStatus(owner.session, onDisk), keptImage(owner.files, app.name)])
  const spawning = owner.spawning.get(app.name)
  // What is on record of a launch that was accepted is what would be true if this service were killed now.
  const begun = spawning?.instance === app.instance && ended.includes(status.state)
  return {
    name: app.name,
    state: begun ? 'launched' : status.state,
    host: settings.host ?? null,
    names: [...app.names],
    port: portOf(app, settings),
    platform: app.platform,
    fingerprint: app.fingerprint,
    instance: app.instance,
    healthcheck: app.healthcheck,
    created: app.created,
    expires: app.expires,
    asked: now().toISOString(),
    image: kept?.image ?? null,
    metrics: status.metrics === undefined ? null : { ...status.metrics },
    failure: refusalOf(begun ? undefined : status.failure),
    failedDeployment: refusalOf(spawning === undefined ? status.failedDeployment : undefined),
    successor: spawning === undefined || spawning.instance === app.instance ? null : spawning.instance,
  }
}

/** Where clients find it: with a name, behind the one port of all names. */
function portOf({ port, names }: App, settings: OperatorSettings): number {
  const { domain, port: shared } = settings.names ?? { domain: '', port }
  return names[0]?.endsWith(`.${domain}`) === true ? shared : port
}

export function refusalOf(failure: Failure | undefined): Refusal | null {
  return failure === undefined ? null : { ...failure }
}
