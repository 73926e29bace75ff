import { join } from 'node:path'
import type { DeployOptions } from './deploy.ts'
import { whatIsThere } from './launch/before.ts'
import { findPlace } from './launch/place.ts'
import type { Artefact } from './package/artefact.ts'
import type { MeasuredConfiguration } from './package/index-file.ts'
import { packageProject } from './package/package-project.ts'
import { choosePlatform } from './platform/platforms.ts'
import type { Project } from './project/project.ts'
import type { Secrets } from './provision/bundle.ts'
import { readSecrets } from './provision/read-secrets.ts'
import { sameAsDeployed, type Same } from './serve/same-as-deployed.ts'
import type { Session } from './session.ts'
import { appFolder } from './state/paths.ts'
import { withStaging } from './state/staging.ts'

/** What `deploy` would do, and with what. Sizes in bytes. */
export interface Plan {
  readonly name: string
  /** `create`, `replace` what runs, `start again` what has ended, or nothing because it is `unchanged`. */
  readonly action: 'create' | 'replace' | 'start again' | 'unchanged'
  readonly platform: string
  readonly address: string
  /** 0: a free one. */
  readonly port: number
  readonly expires: string | undefined
  readonly measured: {
    readonly fingerprint: string
    /** Fingerprint of what is there now. */
    readonly before: string | undefined
    readonly files: number
    readonly configuration: MeasuredConfiguration
  }
  /** Files of the code, by path in the package. */
  readonly encrypted: readonly string[]
  readonly inClear: readonly string[]
  /** What leaves this process, and who gets it. */
  readonly sent: readonly { readonly what: string; readonly bytes: number; readonly to: string }[]
}

/** Everything that `deploy` would find out before it starts anything: builds the package, measures it, and leaves it. */
export async function planDeployment(session: Session, project: Project, options: DeployOptions): Promise<Plan> {
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  return withStaging(session.folders, async (staging) => {
    const secrets = await readSecrets(project, session.now())
    const { artefact } = await packageProject(session, project, join(staging, 'package'), options.python)
    await platform.admit(artefact)
    const { measurement } = await platform.measure(artefact)
    const before = await whatIsThere(session.folders, appFolder(session.folders, project.name))
    const same = await sameAsDeployed(session, before, artefact, platform, secrets, options)
    const action = actionFor(same, before !== undefined && (await before.running.isAlive()))
    const { port } = same === undefined ? await findPlace(before, artefact, options) : same.app
    const [fingerprint] = measurement as readonly [string]
    const to = 'this machine, whose operator can read it'
    return {
      ...describeContent({ artefact, secrets, fingerprint, before: before?.app.fingerprint, action, to }),
      platform: platform.title,
      address: options.address,
      port: before === undefined && options.port === 0 ? 0 : port,
      expires: options.expires?.toISOString(),
    }
  })
}

/** What a plan is about, and whom it is sent to. */
export interface Content {
  readonly artefact: Pick<Artefact, 'index'>
  readonly secrets: Secrets
  readonly fingerprint: string
  readonly before: string | undefined
  readonly action: Plan['action']
  /** Who gets the package, in words; and of it how many bytes, if not all of it. */
  readonly to: string
  readonly bytes?: number
}

/** The part of a plan that does not depend on where an application will run. */
export function describeContent(
  content: Content,
): Pick<Plan, 'name' | 'action' | 'measured' | 'encrypted' | 'inClear' | 'sent'> {
  const { artefact, fingerprint, before, action } = content
  const { configuration, files } = artefact.index
  const code = files.map((file) => file.path).filter((path) => path.startsWith('code/'))
  return {
    name: configuration.name,
    action,
    measured: { fingerprint, before, files: files.length, configuration },
    encrypted: code.filter((path) => path.endsWith('.age')),
    inClear: code.filter((path) => !path.endsWith('.age')),
    sent: action === 'create' || action === 'replace' ? deliveries(content) : [],
  }
}

function actionFor(same: Same | undefined, runs: boolean): Plan['action'] {
  if (same !== undefined) return same.ended ? 'start again' : 'unchanged'
  return runs ? 'replace' : 'create'
}

function deliveries({ artefact, secrets: { secrets, sealed }, fingerprint, to, bytes }: Content): Plan['sent'] {
  const enclave = `the enclave, once it has proved ${fingerprint.slice(0, 16)}…; sealed to it alone`
  const size = artefact.index.files.reduce((sum, file) => sum + file.size, 0)
  return [
    { what: 'the package: code encrypted, the rest in clear', bytes: bytes ?? size, to },
    { what: 'the code key', bytes: 32, to: enclave },
    ...(secrets === undefined ? [] : [{ what: 'secrets', bytes: secrets.length, to: enclave }]),
    ...(sealed === undefined ? [] : [{ what: 'secrets_to_seal', bytes: sealed.length, to: enclave }]),
  ]
}
