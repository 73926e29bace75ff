import type { Evidence, EvidenceAbout, Policy, VerifiedEnclave } from '@mse/attest'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { demandCertificate } from '../attest/demand-certificate.ts'
import { prepareVerification } from '../attest/prepare-verification.ts'
import { verifyUnder } from '../attest/verify-under.ts'
import { MseError } from '../error.ts'
import { policyFor } from '../fingerprint/implied-policy.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import { packageProject } from '../package/package-project.ts'
import type { Measurement } from '../platform/platform.ts'
import { choosePlatform, type PlatformChoice } from '../platform/platforms.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { withStaging } from '../state/staging.ts'
import { bundleLifetime, sealBundle, type Secrets } from './bundle.ts'
import type { BundleFile } from './bundle-file.ts'
import { checkChain, notAskedFor, type OwnCertificate } from './own-certificate.ts'

export interface SealOptions {
  readonly platform: PlatformChoice
  readonly policies: readonly Policy[]
  /** PEM: what an authority has answered to the request of this enclave, with `tls = "request"`. */
  readonly chain?: Uint8Array | undefined
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
  const { policy, fingerprint } = await expected(session, project, options)
  const shown = demandCertificate(evidence)
  requireOf(evidence.about, project.name, fingerprint)
  const given = await prepareVerification(session, shown)
  return session.phase('seal', 'verify the evidence and seal to the enclave', async () => {
    const { enclave } = await verifyUnder(shown, [...options.policies, policy], given)
    const [owner, key] = await Promise.all([ownerKeys(folders.config), codeKey(folders.config, project.name)])
    const tls = certificateOf(secrets.certificate, options.chain, enclave, now())
    const bundle = sealBundle(enclave, { ...secrets, tls, owner, codeKey: key, now: now(), secretsInside: false })
    return {
      schema: 'mse-bundle-file/1',
      name: project.name,
      instance: evidence.about?.instance ?? null,
      fingerprint: enclave.measurement,
      report_data: Buffer.from(enclave.reportData).toString('hex'),
      expires: Math.floor(now().getTime() / 1000) + bundleLifetime,
      secrets_sha256: secrets.secrets === undefined ? null : createHash('sha256').update(secrets.secrets).digest('hex'),
      bundle: bundle.toString('base64'),
    }
  })
}

/** @throws MseError `tls/*` */
function certificateOf(
  certificate: OwnCertificate | undefined,
  chain: Uint8Array | undefined,
  enclave: VerifiedEnclave,
  now: Date,
): Uint8Array | undefined {
  if (certificate?.kind === 'request' && chain !== undefined) return checkChain(chain, enclave.tlsKey, now)
  if (chain !== undefined) throw notAskedFor()
  if (certificate?.kind === 'request') {
    throw new MseError('tls/certificate-needed', 'tls = "request": the bundle has to hold the chain of an authority', {
      next: 'mse evidence NAME --request FILE; have it certified; mse seal … --certificate FILE',
    })
  }
  return certificate?.pem
}

interface Expected {
  readonly policy: Policy
  readonly fingerprint: Measurement['measurement']
}

/**
 * What a file of evidence says that it is of, before it is verified: a mistake is named, where the verifier would only see
 * another measurement.
 *
 * @throws MseError `evidence/other-app`, `evidence/other-version`
 */
function requireOf(about: EvidenceAbout | undefined, name: string, fingerprint: Measurement['measurement']): void {
  if (about === undefined) return
  if (about.name !== name) {
    throw new MseError('evidence/other-app', 'the evidence is of another application', {
      expected: name,
      found: about.name,
      next: `Ask the operator for that of ${name}: mse evidence ${name}`,
    })
  }
  const wanted = [fingerprint].flat()
  if (wanted.includes('any') || wanted.includes(about.fingerprint)) return
  throw new MseError('evidence/other-version', 'the evidence is of another version of the application', {
    expected: wanted.join(' or '),
    found: about.fingerprint,
    next: 'Hand the operator this version (mse package), or seal from the project of that one.',
  })
}

/** The measurement comes from the project; software roots beside this user's own come from the caller's policies. */
async function expected(session: Session, project: Project, options: SealOptions): Promise<Expected> {
  const platform = choosePlatform(options.platform, session.folders)
  return withStaging(session.folders, async (staging) => {
    const { artefact } = await packageProject(session, project, join(staging, 'package'))
    const measurement = await platform.measure(artefact)
    const fingerprint = measurement.measurement
    if (measurement.platform !== 'software') return { policy: policyFor(measurement), fingerprint }
    const softwareRoots = [...measurement.softwareRoots, ...options.policies.flatMap(softwareRootsOf)]
    return { policy: policyFor({ ...measurement, softwareRoots }), fingerprint }
  })
}

function softwareRootsOf(policy: Policy): readonly string[] {
  return policy.platform === 'software' ? policy.softwareRoots : []
}
