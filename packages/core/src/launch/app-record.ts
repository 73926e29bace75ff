import type { IndexedPackage, Measurement, Platform } from '../platform/platform.ts'
import type { Session } from '../session.ts'
import type { App } from '../state/app.ts'
import type { LaunchOptions } from './launch-options.ts'

interface Launching extends Pick<LaunchOptions, 'address' | 'port' | 'names' | 'expires'> {
  readonly instance: string
}

/** What is written down of a launch. */
export function appRecord(
  session: Pick<Session, 'now'>,
  { index }: IndexedPackage,
  platform: Pick<Platform, 'name'>,
  { measurement }: Measurement,
  { address, port, names, expires, instance }: Launching,
): App {
  const { name, healthcheck_endpoint: healthcheck } = index.configuration
  const [fingerprint] = measurement as readonly [string]
  return {
    schema: 'mse-app/1',
    name,
    platform: platform.name,
    address,
    port,
    names,
    instance,
    fingerprint,
    healthcheck,
    created: session.now().toISOString(),
    expires: expires?.toISOString() ?? null,
    delivered: null,
  }
}
