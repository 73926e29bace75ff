import type { Policy } from '@mse/attest'
import { join } from 'node:path'
import { collect } from './attest/collect.ts'
import { verifyApp, type Proof } from './attest/verify-app.ts'
import { whatIsThere } from './launch/before.ts'
import { launchApp } from './launch/launch-app.ts'
import type { LaunchOptions } from './launch/launch-options.ts'
import { orRemoved, settle, type Launched } from './launch/launched.ts'
import { makeReady } from './launch/make-ready.ts'
import { prepareEarly, type Prepared } from './launch/prepare-launch.ts'
import { findPython, type Interpreter } from './package/interpreter.ts'
import { packageProject } from './package/package-project.ts'
import { choosePlatform, type PlatformChoice } from './platform/platforms.ts'
import type { Project } from './project/project.ts'
import type { Secrets } from './provision/bundle.ts'
import { requireObtainable } from './provision/certificate-for.ts'
import type { Obtain } from './provision/own-certificate.ts'
import { provisionApp } from './provision/provision-app.ts'
import { readSecrets } from './provision/read-secrets.ts'
import { keepServing } from './serve/keep-serving.ts'
import { serveApp } from './serve/serve-app.ts'
import { sameAsDeployed } from './serve/same-as-deployed.ts'
import type { Session } from './session.ts'
import type { App } from './state/app.ts'
import { withLock } from './state/lock.ts'
import { appFolder, lockPath } from './state/paths.ts'
import { withStaging } from './state/staging.ts'

export interface DeployOptions extends LaunchOptions {
  readonly platform: PlatformChoice
  /** Policies that the evidence has to satisfy beside the one that follows from the package. */
  readonly policies: readonly Policy[]
  /** The Python of this machine, if it was asked already. */
  readonly python?: Promise<Interpreter>
  /** Where a certificate comes from, with `tls = "request"`. */
  readonly obtain?: Obtain | undefined
}

export interface Deployed extends Proof {
  readonly folder: string
  readonly app: App
  /** Nothing had changed: the application was verified again and serves on. */
  readonly unchanged: boolean
}

/**
 * Creates or updates: the whole way from a project to an application that serves, under one lock. If nothing has changed since it
 * was deployed, it is verified again and left alone, or started again with what it stored if it had ended. Otherwise the new
 * enclave is launched, verified, provisioned and found healthy beside the old one, which serves until then. Whatever fails,
 * nothing of the new enclave is left running, and the old one serves on.
 */
export async function deploy(session: Session, project: Project, options: DeployOptions): Promise<Deployed> {
  const home = appFolder(session.folders, project.name)
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  const python = options.python ?? findPython(session.env, session.signal)
  python.catch(() => undefined) // makeReady says why, if the lock can be had at all
  return withLock(lockPath(home), () =>
    withStaging(session.folders, async (staging) => {
      const before = await whatIsThere(session.folders, home)
      const prepare = async (python: Promise<Interpreter>): Promise<Prepared | undefined> =>
        before === undefined ? prepareEarly(session, home, project, platform, options, python) : undefined
      const secrets = await readSecrets(project, session.now(), options.obtain)
      const { packed, prepared } = await makeReady(session, python, {
        pack: (answer, name) => packageProject(session, project, join(staging, name), answer),
        prepare,
      })
      const same = await sameAsDeployed(session, before, packed.artefact, platform, secrets, options)
      if (same !== undefined) return { ...(await keepServing(session, same, platform, options)), unchanged: true }
      if (secrets.certificate?.kind === 'request') requireObtainable(secrets.certificate)
      const launched = await launchApp(session, home, packed, platform, options, before, prepared)
      return orRemoved(launched, () => finish(session, launched, secrets, options))
    }),
  )
}

async function finish(
  session: Session,
  launched: Launched,
  secrets: Secrets,
  options: DeployOptions,
): Promise<Deployed> {
  const proof = await verifyApp(session, launched, launched.policy, options.policies)
  const { enclave } = proof.verdict
  const { app, shownKey } = await provisionApp(session, launched, enclave, secrets, options.timeout)
  await serveApp(session, { ...launched, app }, shownKey, options.timeout)
  const { shown } = secrets.certificate === undefined ? proof : await collect(launched.endpoint)
  const settled = { ...launched, app }
  await (launched.before === undefined
    ? settle(settled)
    : session.phase('replace', `take over from the ${app.name} that ran before`, () => settle(settled)))
  return { folder: launched.folder, app, unchanged: false, ...proof, shown }
}
