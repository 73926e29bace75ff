import { rename, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { formatPolicy } from '@mse/attest'
import type { Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { policyFor } from '../fingerprint/implied-policy.ts'
import type { Artefact } from '../package/artefact.ts'
import type { Interpreter } from '../package/interpreter.ts'
import type { Platform } from '../platform/platform.ts'
import { waitForLauncher } from '../serve/wait.ts'
import type { Session } from '../session.ts'
import { writeApp, type App } from '../state/app.ts'
import { endpointOf, reachable } from '../state/endpoint.ts'
import { replaceFile } from '../state/files.ts'
import { orRemoved, type Before, type Launched } from './launched.ts'
import { appRecord } from './app-record.ts'
import { findPlace, type Place } from './place.ts'
import type { LaunchOptions } from './launch-options.ts'
import { encodeUnmeasured, newInstance } from './plan.ts'
import { orAbandoned, prepareLaunch, type Prepared } from './prepare-launch.ts'
import { requireRunnable } from './require-runnable.ts'

/** A package that lies in a staging folder, and the Python that runs it. */
export interface Launchable {
  readonly artefact: Artefact
  readonly interpreter: Interpreter
}

/**
 * Starts a package beside what is the application `home` now, and waits until its launcher answers, unless it is unattended. The
 * application stays what it is until the launch is settled; until then the launch ends with this process.
 *
 * @param early what was prepared while the package was made, by nothing that the package says
 */
export async function launchApp(
  session: Session,
  home: string,
  { artefact, interpreter }: Launchable,
  platform: Platform,
  options: LaunchOptions,
  before: Before | undefined,
  early: Promise<Prepared | undefined> = Promise.resolve(undefined),
): Promise<Launched> {
  await orAbandoned(early, async () => {
    session.signal.throwIfAborted()
    requireStartable(session, artefact, interpreter, options)
    await platform.admit(artefact)
  })
  const title =
    options.unattended === true ? `hand the ${platform.title} to its supervisor` : `start the ${platform.title}`
  return session.phase('launch', title, async () => {
    const { hardware, storage } = artefact.index.configuration
    const prepare = async (): Promise<Prepared> => {
      const place = await findPlace(before, artefact, options)
      return prepareLaunch(session, home, { interpreter, hardware, storage }, { ...options, platform, place })
    }
    const prepared = (await early) ?? (await prepare())
    const launched = await orAbandoned(Promise.resolve(prepared), async () => {
      const measurement = await platform.measure(artefact)
      const policy = policyFor(measurement)
      const { folder, place, running } = prepared
      const { instance } = prepared
      const app = appRecord(session, artefact, platform, measurement, { ...options, instance, port: place.port })
      await Promise.all([
        writeApp(folder, app),
        replaceFile(join(folder, 'policy.json'), formatPolicy(policy)),
        rename(artefact.directory, join(folder, 'package')),
      ])
      await warnOfLittleSpace(session, folder, storage)
      return { folder, app, running, policy, before, endpoint: endpointIn(app, place) }
    })
    return orRemoved(launched, async () => {
      const { running, endpoint } = launched
      await running.begin()
      if (options.unattended === true) return launched
      await waitForLauncher(running, endpoint, { timeout: options.timeout, signal: session.signal })
      return launched
    })
  })
}

/** What the launcher would refuse, and what makes no sense, is refused before anything is started. */
export function requireStartable(
  session: Session,
  { index }: Artefact,
  interpreter: Interpreter,
  { address, port, names, expires }: LaunchOptions,
): void {
  requireRunnable(index, interpreter)
  const now = session.now()
  encodeUnmeasured({ address, port: port || 1, names, instance: newInstance(), notAfter: now })
  requireFuture(expires, now)
}

/** @throws MseError `launch/expires` */
export function requireFuture(expires: Date | undefined, now: Date): void {
  if (expires === undefined || expires > now) return
  throw new MseError('launch/expires', 'it would be over before it began', {
    expected: `after ${now.toISOString()}`,
    found: expires.toISOString(),
    next: '--expires DATE, or expires under [deploy] of mse.toml',
  })
}

/** Until it has taken over, a launch is reached elsewhere. */
function endpointIn(app: App, { replaces }: Place): Endpoint {
  const endpoint = endpointOf(app)
  if (replaces === undefined) return endpoint
  const { address, port } = replaces.meanwhile
  return { ...endpoint, host: reachable(address), port }
}

/** Storage takes its place as it is written to; a host that runs out of it loses what was written last. */
async function warnOfLittleSpace(session: Session, folder: string, storage: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  if (bavail * bsize > storage) return
  session.warn(`the disk has ${gigabytes(bavail * bsize)} left, and the application may store ${gigabytes(storage)}`)
}
