import { readFile } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'
import { appStatus } from '../serve/app-status.ts'
import type { Session } from '../session.ts'
import { listApps } from '../state/app.ts'
import { crashFrames, type Crash } from './crash-frames.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Examination } from './examine.ts'
import type { Machine } from './machine.ts'
import { redact, redactionFor } from './redact.ts'

/** What is sent to who helps. docs/support.md says the same to who sends it. */
export interface SupportBundle {
  readonly schema: 'mse-support/1'
  readonly made: string
  readonly versions: { readonly mse: string; readonly node: string; readonly kernel: string; readonly system: string }
  readonly platform: string
  readonly checks: readonly Diagnosis[]
  readonly applications: readonly Application[]
  readonly crashes: readonly Crash[]
}

/** An application without its name, its addresses and its log. */
interface Application {
  readonly number: number
  readonly platform: string
  readonly state: string
  readonly created: string
  readonly expires: string | null
  readonly certificateExpires: string | null
  readonly metrics: unknown
  /** Codes alone: what an error found may be anything. */
  readonly failure: string | null
  readonly failedDeployment: string | null
}

/**
 * Collects what helps somebody else to see what is wrong, and nothing of the applications: no name, no log, no file.
 *
 * @param hosts names of machines that the checks may have named
 */
export async function supportBundle(
  { platform, checks }: Examination,
  machine: Machine,
  version: string,
  hosts: readonly string[],
): Promise<SupportBundle> {
  const { folders, root, now } = machine
  const redaction = redactionFor(machine, hosts)
  const clean = (text: string): string => redact(text, redaction)
  return {
    schema: 'mse-support/1',
    made: now().toISOString(),
    versions: { mse: version, node: process.version, kernel: clean(release()), system: clean(await systemName(root)) },
    platform,
    checks: checks.map(({ detail, fix, ...rest }) => ({
      ...rest,
      detail: clean(detail),
      ...(fix === undefined ? {} : { fix: clean(fix) }),
    })),
    applications: await applications(machine),
    crashes: await crashFrames(folders.state),
  }
}

async function applications(session: Pick<Session, 'folders' | 'now'>): Promise<Application[]> {
  const apps = await Promise.all((await listApps(session.folders)).map((one) => appStatus(session, one)))
  return apps.map((app, at) => ({
    number: at + 1,
    platform: app.platform,
    state: app.state,
    created: app.created,
    expires: app.expires ?? null,
    certificateExpires: app.certificateExpires ?? null,
    metrics: app.metrics ?? null,
    failure: app.failure?.code ?? null,
    failedDeployment: app.failedDeployment?.code ?? null,
  }))
}

/** os-release(5). */
async function systemName(root: string): Promise<string> {
  const text = await readFile(join(root, 'etc/os-release'), 'utf8').catch(() => '')
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? process.platform
}
