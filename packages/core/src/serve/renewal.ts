import { certificateToPem, type CertificateEvidence, type Policy, type Verdict } from '@mse/attest'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { collect } from '../attest/collect.ts'
import { prepareVerification } from '../attest/prepare-verification.ts'
import { publishedEvidence } from '../attest/published.ts'
import { verifyApp, type Proof } from '../attest/verify-app.ts'
import { verifyUnder } from '../attest/verify-under.ts'
import { MseError } from '../error.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import type { Project } from '../project/project.ts'
import { sealBundle } from '../provision/bundle.ts'
import { certificateFor, requireObtainable } from '../provision/certificate-for.ts'
import { deliver } from '../provision/deliver.ts'
import { secretsDigest } from '../provision/digest.ts'
import type { Obtain } from '../provision/own-certificate.ts'
import { readSecrets } from '../provision/read-secrets.ts'
import type { Session } from '../session.ts'
import { writeApp, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { replaceFile } from '../state/files.ts'

export interface RenewOptions {
  /** Milliseconds that each wait may take. */
  readonly timeout: number
  readonly policies: readonly Policy[]
  /** When the certificate that is to come ends. */
  readonly until: Date
  readonly obtain?: Obtain | undefined
}

export interface Renewed extends Proof, AppOnDisk {
  /** When the certificate ends that is to come, or that has come. */
  readonly ends: Date
}

/**
 * Verifies the certificate that an enclave has made to come, and writes both to `certificate.pem`, wherever the enclave runs.
 *
 * @param proof of the enclave that makes it
 * @throws MseError `renewal/not-begun`; as a verification
 */
export async function publishSuccessor(
  session: Session,
  onDisk: AppOnDisk,
  proof: Proof,
  policy: Policy,
  { policies }: RenewOptions,
): Promise<Renewed> {
  const { evidence, verdict } = await verifySuccessor(session, onDisk, proof.shown.key, policy, policies)
  await publish(onDisk, [proof.evidence, evidence])
  return { ...onDisk, ...proof, ends: verdict.notAfter }
}

/**
 * Has the certificate that was published take the place of the one that is there: the owner's secrets, and perhaps another
 * certificate of an authority, go to the enclave, wherever it runs.
 *
 * @throws MseError `renewal/not-begun`, `renewal/changed`, `tls/*`, `provision/*`
 */
export async function deliverToSuccessor(
  session: Session,
  onDisk: AppOnDisk,
  project: Project,
  policy: Policy,
  { policies, obtain, timeout }: RenewOptions,
): Promise<Renewed> {
  const { folders, now } = session
  const { app, folder } = onDisk
  const secrets = await readSecrets(project, now(), obtain)
  if (secrets.certificate?.kind === 'request') requireObtainable(secrets.certificate)
  const { shown } = await collect(endpointOf(app))
  const { evidence, verdict } = await verifySuccessor(session, onDisk, shown.key, policy, policies)
  await requirePublished(onDisk, evidence)
  const { enclave } = verdict
  const delivered = await session.phase('provision', 'deliver code key and secrets to what is to come', async () => {
    const [owner, key] = await Promise.all([ownerKeys(folders.config), codeKey(folders.config, app.name)])
    const tls = await certificateFor(secrets.certificate, enclave, endpointOf(app), now, shown.key)
    const bundle = sealBundle(enclave, { ...secrets, tls, owner, codeKey: key, now: now(), secretsInside: true })
    await deliver(enclave, endpointOf(app), { bundle, now: now(), timeout, shownKey: shown.key })
    return secretsDigest(secrets, key)
  })
  const renewed: App = { ...app, delivered }
  await writeApp(folder, renewed)
  const proof = await verifyApp(session, onDisk, policy, policies)
  return { folder, app: renewed, ...proof, ends: proof.verdict.notAfter }
}

interface Successor {
  readonly evidence: CertificateEvidence
  readonly verdict: Verdict
}

async function verifySuccessor(
  session: Session,
  { app }: AppOnDisk,
  key: Uint8Array,
  policy: Policy,
  further: readonly Policy[],
): Promise<Successor> {
  const [, evidence] = await publishedEvidence(endpointOf(app), key)
  if (evidence === undefined) {
    throw new MseError('renewal/not-begun', 'there is no certificate that is to come', { next: 'mse renew' })
  }
  const given = await prepareVerification(session, evidence)
  return session.phase('successor', 'verify the evidence of what is to come', async () => {
    return { evidence, verdict: await verifyUnder(evidence, [...further, policy], given) }
  })
}

/** Both, as a file for `curl --cacert`. */
async function publish({ folder }: AppOnDisk, evidence: readonly CertificateEvidence[]): Promise<void> {
  const pem = evidence.map(({ certificate }) => certificateToPem(certificate)).join('')
  await replaceFile(join(folder, 'certificate.pem'), pem, 0o644)
}

/** What clients were told to expect has to be what comes: a launcher that ended meanwhile has made another one. */
async function requirePublished({ folder }: AppOnDisk, { certificate }: CertificateEvidence): Promise<void> {
  const told = await readFile(join(folder, 'certificate.pem'), 'utf8').catch(() => '')
  if (told.includes(certificateToPem(certificate))) return
  throw new MseError(
    'renewal/changed',
    'the launcher was started again, and another certificate is to come than was published',
    {
      next: 'mse renew; clients that pin certificates have to get the file again',
    },
  )
}
