import { mkdir, rename, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { formatPolicy } from '@mse/attest'
import { MseError } from '../error.ts'
import { policyFor } from '../fingerprint/package-policy.ts'
import type { Artefact } from '../package/artefact.ts'
import { openPackage } from '../package/open.ts'
import type { Interpreter } from '../package/interpreter.ts'
import type { Measurement, Platform } from '../platform/platform.ts'
import { waitForLauncher } from '../serve/wait.ts'
import type { Session } from '../session.ts'
import { readApp, writeApp, type App } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { replaceFile } from '../state/files.ts'
import { processName, type ProcessName } from '../state/process.ts'
import { orRemoved, type Launched } from './launched.ts'
import { freePort } from './port.ts'
import { encodeUnmeasured, newInstance } from './plan.ts'
import { requireRunnable } from './require-runnable.ts'

/** Where and for how long; none of it is measured. */
export interface LaunchOptions {
  /** IP literal to listen on. */
  readonly address: string
  /** 0: the port that the application had before, or any free one. */
  readonly port: number
  /** Names for the certificate. */
  readonly names: readonly string[]
  /** Milliseconds until the launcher has to answer. */
  readonly timeout: number
  /** Seconds that an enclave nobody provisions is kept. */
  readonly patience: number
}

/** Days that the certificate of an enclave is good for. */
const certificateDays = 365

/**
 * Starts a package that lies in a staging folder as the application `folder`, in the place of what ran there before, and waits
 * until its launcher answers. Until `detach` it ends with this process.
 */
export async function launchApp(
  session: Session,
  folder: string,
  { artefact, interpreter }: { artefact: Artefact; interpreter: Interpreter },
  platform: Platform,
  options: LaunchOptions,
): Promise<Launched> {
  requireRunnable(artefact.index, interpreter)
  return session.phase('launch', `start the ${platform.title}`, async () => {
    requireEncodable(session, options)
    const before = await readApp(folder)
    await requireReplaceable(folder, before, artefact, platform, options)
    await platform.attach(folder).stop()
    const measurement = await platform.measure(artefact)
    const policy = policyFor(measurement)
    const port = await freePort(options.address, options.port || (await usable(before, options)))
    const app = record(session, artefact, platform, measurement, { ...options, port })
    await writeApp(folder, app)
    await replaceFile(join(folder, 'policy.json'), formatPolicy(policy))
    await mkdir(folder, { recursive: true })
    await rename(artefact.directory, join(folder, 'package'))

    const { hardware, storage } = artefact.index.configuration
    await warnOfLittleSpace(session, folder, storage)
    const notAfter = new Date(session.now().getTime() + certificateDays * 86_400_000)
    const { address, names, instance } = app
    const unmeasured = { address, port, names, instance, notAfter }
    const running = await platform.launch({
      folder,
      hardware,
      storage,
      interpreter,
      patience: options.patience,
      unmeasured,
    })
    const launched = { folder, app, running, policy }
    return orRemoved(launched, async () => {
      await waitForLauncher(running, endpointOf(app), { timeout: options.timeout, signal: session.signal })
      return launched
    })
  })
}

/** What the launcher would refuse is refused before the application that runs there is stopped. */
function requireEncodable(session: Session, { address, port, names }: LaunchOptions): void {
  encodeUnmeasured({ address, port: port || 1, names, instance: newInstance(), notAfter: session.now() })
}

/**
 * Everything that can be known to fail is asked before what runs is stopped: whether it is the same owner's, and whether another
 * place to listen on is free.
 */
async function requireReplaceable(
  folder: string,
  before: App | undefined,
  artefact: Artefact,
  platform: Platform,
  { address, port }: LaunchOptions,
): Promise<void> {
  if (before === undefined || !(await platform.attach(folder).isAlive())) return
  // A package that was damaged since says nothing of its owner, and is one more reason to replace it.
  const owner = await openPackage(join(folder, 'package')).then(
    ({ index }) => index.owner,
    () => artefact.index.owner,
  )
  if (owner !== artefact.index.owner) {
    throw new MseError('state/other-owner', `${before.name} runs, and belongs to another owner`, {
      expected: `owner key ${owner}`,
      found: `owner key ${artefact.index.owner}`,
      next: `mse stop ${before.name}, if it may go`,
    })
  }
  if (address !== before.address || (port !== 0 && port !== before.port)) await freePort(address, port)
}

function record(
  session: Session,
  artefact: Artefact,
  platform: Platform,
  { measurement }: Measurement,
  { address, port, names }: LaunchOptions,
): App {
  const { name, healthcheck_endpoint: healthcheck } = artefact.index.configuration
  const [fingerprint] = measurement as readonly [string]
  return {
    schema: 'mse-app/1',
    name,
    platform: platform.name,
    address,
    port,
    names,
    instance: newInstance(),
    fingerprint,
    healthcheck,
    created: session.now().toISOString(),
    deployer: processName(process.pid) as ProcessName,
    delivered: null,
  }
}

/** Storage takes its place as it is written to; a host that runs out of it loses what was written last. */
async function warnOfLittleSpace(session: Session, folder: string, storage: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  if (bavail * bsize > storage) return
  session.warn(`the disk has ${gigabytes(bavail * bsize)} left, and the application may store ${gigabytes(storage)}`)
}

/** The port of the application that is being replaced, so that its URL stays; any other if somebody has taken it. */
async function usable(before: App | undefined, options: LaunchOptions): Promise<number> {
  if (before === undefined) return 0
  return freePort(options.address, before.port).catch(() => 0)
}
