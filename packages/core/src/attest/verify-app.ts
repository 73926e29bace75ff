import { certificateToPem, type CertificateEvidence, type Policy, type Verdict } from '@mse/attest'
import { join } from 'node:path'
import type { Session } from '../session.ts'
import { currentPath, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { replaceFile } from '../state/files.ts'
import type { Endpoint } from './channel.ts'
import { collect, type Shown } from './collect.ts'
import { prepareVerification } from './prepare-verification.ts'
import { verifyUnder } from './verify-under.ts'

/** Evidence, and what it proved under every policy asked for. */
export interface Proof {
  readonly evidence: CertificateEvidence
  readonly verdict: Verdict
  /** The verified certificate, as a file for `curl --cacert`. */
  readonly certificateFile: string
  /** What its connections show, and whether that was proved. */
  readonly shown: Shown
}

/**
 * Collects the evidence of a running application and judges it: under the policy that follows from its package, and under
 * `further`, policies that the caller has from elsewhere.
 *
 * @throws AttestationError, PolicyMismatch; as `prepareVerification`
 */
export async function verifyApp(
  session: Session,
  { folder, app, endpoint = endpointOf(app) }: AppOnDisk & { readonly endpoint?: Endpoint },
  policy: Policy,
  further: readonly Policy[] = [],
): Promise<Proof> {
  const { evidence, shown } = await collect(endpoint)
  const given = await prepareVerification(session, evidence)
  return session.phase('verify', 'verify the evidence of the enclave', async () => {
    const verdict = await verifyUnder(evidence, [...further, policy], given)
    await replaceFile(join(folder, 'certificate.pem'), certificateToPem(evidence.certificate), 0o644)
    return { evidence, verdict, shown, certificateFile: join(currentPath(folder), 'certificate.pem') }
  })
}
