import type { Evidence, Policy } from '@mse/attest'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { demandCertificate } from '../attest/demand-certificate.ts'
import { prepareVerification } from '../attest/prepare-verification.ts'
import { verifyUnder } from '../attest/verify-under.ts'
import { policyFor } from '../fingerprint/implied-policy.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import { packageProject } from '../package/package-project.ts'
import { choosePlatform, type PlatformChoice } from '../platform/platforms.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { bundleLifetime, sealBundle, type Secrets } from './bundle.ts'
import type { BundleFile } from './bundle-file.ts'

export interface SealOptions {
  readonly platform: PlatformChoice
  readonly policies: readonly Policy[]
}

/**
 * Seals a project's code key and secrets to the enclave that shows `evidence`, once it is proved to run this project. The result
 * is a file to hand through an operator, who supplies the secrets.json that it names and cannot choose another.
 */
export async function sealProject(
  session: Session,
  project: Project,
  evidence: Evidence,
  secrets: Secrets,
  options: SealOptions,
): Promise<BundleFile> {
  const { folders, now } = session
  const policy = await expected(session, project, options)
  const shown = demandCertificate(evidence)
  const given = await prepareVerification(session, shown)
  return session.phase('seal', 'verify the evidence and seal to the enclave', async () => {
    const { enclave } = await verifyUnder(shown, [...options.policies, policy], given)
    const [owner, key] = await Promise.all([ownerKeys(folders.config), codeKey(folders.config, project.name)])
    const bundle = sealBundle(enclave, { ...secrets, owner, codeKey: key, now: now(), secretsInside: false })
    return {
      schema: 'mse-bundle-file/1',
      name: project.name,
      fingerprint: enclave.measurement,
      report_data: Buffer.from(enclave.reportData).toString('hex'),
      expires: Math.floor(now().getTime() / 1000) + bundleLifetime,
      secrets_sha256: secrets.secrets === undefined ? null : createHash('sha256').update(secrets.secrets).digest('hex'),
      bundle: bundle.toString('base64'),
    }
  })
}

/** The measurement comes from the project; software roots beside this user's own come from the caller's policies. */
async function expected(session: Session, project: Project, options: SealOptions): Promise<Policy> {
  const platform = choosePlatform(options.platform, session.folders)
  return withStaging(session.folders, async (staging) => {
    const { artefact } = await packageProject(session, project, join(staging, 'package'))
    const measurement = await platform.measure(artefact)
    if (measurement.platform !== 'software') return policyFor(measurement)
    const softwareRoots = [...measurement.softwareRoots, ...options.policies.flatMap(softwareRootsOf)]
    return policyFor({ ...measurement, softwareRoots })
  })
}

function softwareRootsOf(policy: Policy): readonly string[] {
  return policy.platform === 'software' ? policy.softwareRoots : []
}
