import type { AppStatus } from '@mse/core/serve/app-status'
import { urlOf } from '@mse/core/state/endpoint'
import type { AppView } from '@mse/operator/api/shapes'
import { remoteApp, remoteHost } from '@mse/operator/client/remote-record'
import type { Login } from '@mse/operator/client/login'

/** What a service says of an application, as the status of one of this machine is shown. Nothing of it is proved. */
export function remoteStatus(login: Pick<Login, 'url'>, view: AppView): AppStatus {
  const { name, state, platform, fingerprint, instance, created, expires, metrics, failure, failedDeployment } = view
  return {
    name,
    state,
    url: urlOf(remoteApp(view, remoteHost(login, view.host))),
    platform,
    fingerprint,
    instance,
    created,
    expires: expires ?? undefined,
    certificate: undefined,
    certificateExpires: undefined,
    metrics: metrics ?? undefined,
    failure: failure ?? undefined,
    failedDeployment: failedDeployment ?? undefined,
    ...(typeof view.successor === 'string' && { successor: view.successor }),
  }
}
