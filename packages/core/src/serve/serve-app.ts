import type { Session } from '../session.ts'
import type { Endpoint } from '../attest/channel.ts'
import type { App } from '../state/app.ts'
import { waitForApplication, type Life } from './wait.ts'

/**
 * Waits until a provisioned application serves.
 *
 * @param key that its connections have to show: SubjectPublicKeyInfo, DER; undefined: any, of an imported key that nobody here knows
 */
export async function serveApp(
  session: Session,
  { app, running, endpoint }: { readonly app: App; readonly running: Life; readonly endpoint: Endpoint },
  key: Uint8Array | undefined,
  timeout: number,
): Promise<void> {
  const status = await session.phase('serve', `start ${app.name}`, () =>
    waitForApplication(running, endpoint, key, app.healthcheck, {
      timeout,
      signal: session.signal,
    }),
  )
  if (status >= 400) session.warn(`${app.healthcheck} answers ${status}; healthcheck_endpoint should be answered 200`)
}
