import type { Policy } from '@mse/attest'
import { join } from 'node:path'
import { verifyApp, type Proof } from './attest/verify-app.ts'
import { launchApp, type LaunchOptions } from './launch/launch-app.ts'
import { orRemoved, settle, type Launched } from './launch/launched.ts'
import { packageProject } from './package/package-project.ts'
import { choosePlatform, type PlatformChoice } from './platform/platforms.ts'
import type { Project } from './project/project.ts'
import type { Secrets } from './provision/bundle.ts'
import { provisionApp } from './provision/provision-app.ts'
import { readSecrets } from './provision/read-secrets.ts'
import { serveApp } from './serve/serve-app.ts'
import { stillServing } from './serve/still-serving.ts'
import type { Session } from './session.ts'
import type { App } from './state/app.ts'
import { withLock } from './state/lock.ts'
import { appFolder, lockPath } from './state/paths.ts'
import { withStaging } from './state/staging.ts'

export interface DeployOptions extends LaunchOptions {
  readonly platform: PlatformChoice
  /** Policies that the evidence has to satisfy beside the one that follows from the package. */
  readonly policies: readonly Policy[]
}

export interface Deployed extends Proof {
  readonly folder: string
  readonly app: App
  /** Nothing had changed: the application that ran was verified again and serves on. */
  readonly unchanged: boolean
}

/**
 * The whole way from a project to an application that serves, under one lock: package, launch, verify, provision, serve. If
 * nothing has changed since it was deployed, it is verified again and left alone. Whatever fails, nothing of the new enclave
 * is left running.
 */
export async function deploy(session: Session, project: Project, options: DeployOptions): Promise<Deployed> {
  const folder = appFolder(session.folders, project.name)
  const platform = choosePlatform(options.platform, session.folders)
  await platform.requireReady()
  return withLock(lockPath(folder), () =>
    withStaging(session.folders, async (staging) => {
      const secrets = await readSecrets(project)
      const packed = await packageProject(session, project, join(staging, 'package'))
      const serving = await stillServing(session, folder, packed.artefact, platform, secrets, options)
      if (serving !== undefined) {
        const proof = await verifyApp(session, serving, serving.policy, options.policies)
        return { folder, app: serving.app, unchanged: true, ...proof }
      }
      const launched = await launchApp(session, folder, packed, platform, options)
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
  const { folder, policy, running } = launched
  const proof = await verifyApp(session, launched, policy, options.policies)
  const { enclave } = proof.verdict
  const provisioned = await provisionApp(session, launched, enclave, secrets, options.timeout)
  await serveApp(session, provisioned, running, enclave, options.timeout)
  const app = await settle({ ...launched, app: provisioned })
  return { folder, app, unchanged: false, ...proof }
}
