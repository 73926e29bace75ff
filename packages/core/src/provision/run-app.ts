import type { Policy, VerifiedEnclave } from '@mse/attest'
import { join } from 'node:path'
import { collect, type Shown } from '../attest/collect.ts'
import { prepareVerification } from '../attest/prepare-verification.ts'
import { publishedEvidence } from '../attest/published.ts'
import { verifyApp, type Proof } from '../attest/verify-app.ts'
import { verifyUnder, type Policies } from '../attest/verify-under.ts'
import { policyFor } from '../fingerprint/implied-policy.ts'
import type { Artefact } from '../package/artefact.ts'
import { checkFiles } from '../package/check-files.ts'
import { openPackage } from '../package/open.ts'
import { packageProject } from '../package/package-project.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Project } from '../project/project.ts'
import { serveApp } from '../serve/serve-app.ts'
import type { Session } from '../session.ts'
import { findApp, homeOf, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { withLock } from '../state/lock.ts'
import { lockPath } from '../state/paths.ts'
import { withStaging } from '../state/staging.ts'
import { requireFitting, type BundleFile } from './bundle-file.ts'
import { deliver } from './deliver.ts'
import type { Obtain } from './own-certificate.ts'
import { provisionApp, requireOwner } from './provision-app.ts'
import { readSecrets } from './read-secrets.ts'

export interface RunOptions {
  /** Milliseconds that each wait may take. */
  readonly timeout: number
  readonly policies: readonly Policy[]
  /** Where a certificate comes from, with `tls = "request"`. */
  readonly obtain?: Obtain | undefined
}

export interface Run extends Proof {
  readonly folder: string
  readonly app: App
}

/**
 * What the owner does with a waiting enclave: builds the package again from the project, so that the measurement to expect
 * comes from the owner's own files, verifies, seals and delivers.
 */
export async function runProject(session: Session, project: Project, options: RunOptions): Promise<Run> {
  const onDisk = await findApp(session.folders, project.name)
  return withLock(lockPath(homeOf(onDisk.folder)), async () => {
    const { index } = await intactPackage(onDisk)
    await requireOwner(session, index.owner)
    const secrets = await readSecrets(project, session.now(), options.obtain)
    const policy = await expectedPolicy(session, project, onDisk)
    const proof = await verifyApp(session, onDisk, policy, options.policies)
    const { app, shownKey } = await provisionApp(session, onDisk, proof.verdict.enclave, secrets, options.timeout)
    return { ...onDisk, app, ...proof, shown: await serve(session, onDisk, shownKey, options) }
  })
}

/**
 * What the operator does with a bundle that the owner sealed for this enclave: verifies the enclave against the package that
 * was started, and hands the bundle over, with the secrets.json that it names.
 */
export async function runBundle(
  session: Session,
  name: string,
  { file, secrets }: { readonly file: BundleFile; readonly secrets: Uint8Array | undefined },
  options: RunOptions,
): Promise<Run> {
  const onDisk = await findApp(session.folders, name)
  return withLock(lockPath(homeOf(onDisk.folder)), async () => {
    const artefact = await intactPackage(onDisk)
    const policy = await policyOf(session, onDisk.app, artefact)
    const proof = await verifyApp(session, onDisk, policy, options.policies)
    const enclave = await addressee(session, onDisk, file, proof, [...options.policies, policy])
    requireFitting(file, onDisk.app, enclave, secrets, session.now())
    await session.phase('provision', 'deliver the bundle to the verified enclave', () =>
      deliver(enclave, endpointOf(onDisk.app), {
        bundle: Buffer.from(file.bundle, 'base64'),
        secrets,
        now: session.now(),
        timeout: options.timeout,
        shownKey: proof.shown.key,
      }),
    )
    const isImported = artefact.index.configuration.tls === 'imported'
    const key = isImported ? undefined : enclave.tlsKey
    const shown = await serve(session, onDisk, key, options)
    if (enclave === proof.verdict.enclave) return { ...onDisk, ...proof, shown }
    return { ...onDisk, ...(await verifyApp(session, onDisk, policy, options.policies)) }
  })
}

/** The enclave that a bundle was sealed to: the one that is there, or the one that is to come, if renewal has begun. */
async function addressee(
  session: Session,
  { app }: AppOnDisk,
  file: BundleFile,
  { verdict, shown }: Proof,
  policies: Policies,
): Promise<VerifiedEnclave> {
  if (verdict.reportData === file.report_data) return verdict.enclave
  const [, evidence] = await publishedEvidence(endpointOf(app), shown.key)
  if (evidence === undefined) return verdict.enclave
  const successor = await verifyUnder(evidence, policies, await prepareVerification(session, evidence))
  return successor.reportData === file.report_data ? successor.enclave : verdict.enclave
}

/** What the package of this project has to show on the platform where the application runs. */
async function expectedPolicy(session: Session, project: Project, { app }: AppOnDisk): Promise<Policy> {
  return withStaging(session.folders, async (staging) => {
    const { artefact } = await packageProject(session, project, join(staging, 'package'))
    return policyOf(session, app, artefact)
  })
}

async function policyOf(session: Session, app: App, artefact: Artefact): Promise<Policy> {
  const platform = choosePlatform(app.platform, session.folders)
  return policyFor(await platform.measure(artefact))
}

/** The package that was started, once more file by file: nothing of it may have changed before secrets are handed over. */
async function intactPackage({ folder }: AppOnDisk): Promise<Artefact> {
  const artefact = await openPackage(join(folder, 'package'))
  await checkFiles(artefact)
  return artefact
}

/** Waits until it serves. @returns what its connections show then */
async function serve(
  session: Session,
  { app, folder }: AppOnDisk,
  key: Uint8Array | undefined,
  options: RunOptions,
): Promise<Shown> {
  const running = choosePlatform(app.platform, session.folders).attach(folder)
  await serveApp(session, { app, running, endpoint: endpointOf(app) }, key, options.timeout)
  return (await collect(endpointOf(app))).shown
}
