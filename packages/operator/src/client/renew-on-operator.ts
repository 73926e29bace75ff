import type { Project } from '@mse/core/project/project'
import { deliverToSuccessor, publishSuccessor, type Renewed, type RenewOptions } from '@mse/core/serve/renewal'
import { verifyApp } from '@mse/core/attest/verify-app'
import type { Session } from '@mse/core/session'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { requireKnown, type Known } from './known-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { remoteApp, remoteHome, remoteHost } from './remote-record.ts'

/** Milliseconds that the service may take. */
const patience = 180_000

/**
 * The first half of a renewal, as `beginRenewal` does it here: the service starts the enclave again, and what it has made to come is
 * verified from here.
 *
 * @throws MseError `operator/no-record`, `renewal/reprovision`; as a verification
 */
export async function beginRenewalOnOperator(
  session: Session,
  client: OperatorClient,
  name: string,
  options: RenewOptions,
): Promise<Renewed> {
  return renewing(session, client, name, async ({ onDisk, policy }) => {
    const json = { until: options.until.toISOString() }
    const view = await session.phase('launch', `start ${name} again`, () =>
      client.ask('beginRenewal', { name, json, timeout: patience }),
    )
    const there = remoteApp(view, remoteHost(client.login, view.host))
    const again = { folder: onDisk.folder, app: { ...there, delivered: onDisk.app.delivered } }
    const proof = await verifyApp(session, again, policy, options.policies)
    return publishSuccessor(session, again, proof, policy, options)
  })
}

/**
 * The second half: secrets go from here to the enclave itself, and the service has no part in it.
 *
 * @throws MseError `operator/no-record`, `renewal/not-begun`, `renewal/changed`, `tls/*`, `provision/*`
 */
export async function finishRenewalOnOperator(
  session: Session,
  client: OperatorClient,
  project: Project,
  options: RenewOptions,
): Promise<Renewed> {
  return renewing(session, client, project.name, async ({ onDisk, policy }) =>
    deliverToSuccessor(session, onDisk, project, policy, options),
  )
}

async function renewing(
  { folders }: Session,
  client: OperatorClient,
  name: string,
  work: (known: Known) => Promise<Renewed>,
): Promise<Renewed> {
  await requireKnown(folders, client, name)
  return withLock(lockPath(remoteHome(folders, client.login, name)), async () =>
    work(await requireKnown(folders, client, name)),
  )
}
