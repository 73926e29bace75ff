import { formatPolicy, type Policy } from '@mse/attest'
import { collect } from '@mse/core/attest/collect'
import { verifyApp } from '@mse/core/attest/verify-app'
import { MseError } from '@mse/core/error'
import { policyElsewhere } from '@mse/core/fingerprint/policy-elsewhere'
import { packageProject } from '@mse/core/package/package-project'
import type { Project } from '@mse/core/project/project'
import { requireFitting, type BundleFile } from '@mse/core/provision/bundle-file'
import { deliver } from '@mse/core/provision/deliver'
import { provisionApp } from '@mse/core/provision/provision-app'
import { readSecrets } from '@mse/core/provision/read-secrets'
import type { Run, RunOptions } from '@mse/core/provision/run-app'
import { serveApp } from '@mse/core/serve/serve-app'
import type { Session } from '@mse/core/session'
import { endpointOf } from '@mse/core/state/endpoint'
import { replaceFile } from '@mse/core/state/files'
import { withStaging } from '@mse/core/state/staging'
import { join } from 'node:path'
import type { OperatorClient } from './operator-client.ts'
import { withWaiting, type WaitingElsewhere } from './waiting-elsewhere.ts'

/** What an owner does with an enclave of theirs that waits on an operator's machine: as `runProject` does with one of this machine. */
export async function runOnOperator(
  session: Session,
  client: OperatorClient,
  project: Project,
  { timeout, policies, obtain }: RunOptions,
): Promise<Run> {
  return withWaiting(session, client, project.name, async (waiting) => {
    const secrets = await readSecrets(project, session.now(), obtain)
    const policy = await withStaging(session.folders, async (staging) => {
      const { artefact } = await packageProject(session, project, join(staging, 'package'))
      return policyElsewhere(session.folders, artefact, waiting.app.platform, policies)
    })
    const proof = await verify(session, waiting, policy, policies)
    const { app, shownKey } = await provisionApp(session, waiting, proof.verdict.enclave, secrets, timeout)
    const endpoint = endpointOf(app)
    await serveApp(session, { ...waiting, app, endpoint }, shownKey, timeout)
    return { ...proof, shown: (await collect(endpoint)).shown, folder: waiting.folder, app }
  })
}

/**
 * Hands over what an owner has sealed for an enclave that waits there. The bundle opens nowhere else, and what this user believes of
 * the enclave is what their policies say: there is no package here to compare with.
 *
 * @throws MseError `usage/missing` without a policy
 */
export async function runBundleOnOperator(
  session: Session,
  client: OperatorClient,
  name: string,
  { file, secrets }: { readonly file: BundleFile; readonly secrets: Uint8Array | undefined },
  { timeout, policies }: RunOptions,
): Promise<Run> {
  const [policy, ...others] = policies
  if (policy === undefined) {
    throw new MseError('usage/missing', 'what the enclave has to prove has to be said', {
      next: 'give --policy FILE; the owner of the application has it',
    })
  }
  return withWaiting(session, client, name, async (waiting) => {
    const { app, folder } = waiting
    const endpoint = endpointOf(app)
    const proof = await verify(session, waiting, policy, others)
    const { enclave } = proof.verdict
    requireFitting(file, app, enclave, secrets, session.now())
    const bundle = Buffer.from(file.bundle, 'base64')
    const handed = { bundle, secrets, now: session.now(), timeout, shownKey: proof.shown.key }
    await session.phase('provision', 'deliver the bundle to the verified enclave', () =>
      deliver(enclave, endpoint, handed),
    )
    // Whether the key was imported only the enclave knows: its connections show it from now on.
    const { proves } = (await collect(endpoint)).shown
    await serveApp(session, { ...waiting, endpoint }, proves === 'nothing' ? undefined : enclave.tlsKey, timeout)
    return { ...proof, shown: (await collect(endpoint)).shown, folder, app }
  })
}

async function verify(
  session: Session,
  waiting: WaitingElsewhere,
  policy: Policy,
  others: readonly Policy[],
): Promise<Awaited<ReturnType<typeof verifyApp>>> {
  const proof = await verifyApp(session, waiting, policy, others)
  await replaceFile(join(waiting.folder, 'policy.json'), formatPolicy(policy))
  return proof
}
