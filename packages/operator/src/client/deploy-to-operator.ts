import { formatPolicy, type Policy } from '@mse/attest'
import { collect } from '@mse/core/attest/collect'
import { verifyApp, type Proof } from '@mse/core/attest/verify-app'
import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import type { Project } from '@mse/core/project/project'
import type { Secrets } from '@mse/core/provision/bundle'
import { requireObtainable } from '@mse/core/provision/certificate-for'
import type { Obtain } from '@mse/core/provision/own-certificate'
import { provisionApp } from '@mse/core/provision/provision-app'
import { serveApp } from '@mse/core/serve/serve-app'
import type { Session } from '@mse/core/session'
import { writeApp, type App } from '@mse/core/state/app'
import { replaceFile } from '@mse/core/state/files'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lookElsewhere, type Wanted } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { packElsewhere } from './pack-elsewhere.ts'
import { orAbandoned, type RemoteLaunch } from './remote-launch.ts'
import { remoteEndpoint } from './remote-record.ts'
import { sameElsewhere } from './same-elsewhere.ts'
import { startElsewhere } from './start-elsewhere.ts'
import type { Uploaded } from './upload-image.ts'

export interface RemoteOptions extends Wanted {
  readonly policies: readonly Policy[]
  readonly expires: Date | undefined
  /** Milliseconds that each step may take. */
  readonly timeout: number
  /** Where a certificate comes from, with `tls = "request"`. */
  readonly obtain?: Obtain | undefined
}

export interface DeployedElsewhere extends Proof {
  readonly folder: string
  readonly app: App
  readonly unchanged: boolean
  /** Undefined where nothing had to travel. */
  readonly uploaded: Uploaded | undefined
}

/**
 * Creates or updates on an operator's machine: the package goes there, its code encrypted; the enclave is verified from here, and the
 * code key and the secrets go to the enclave itself, over TLS that ends inside. What ran before serves until the new one is proved and
 * healthy.
 */
export async function deployToOperator(
  session: Session,
  client: OperatorClient,
  project: Project,
  options: RemoteOptions,
): Promise<DeployedElsewhere> {
  const { name } = project
  const place = await lookElsewhere(session.folders, client, name, options)
  await mkdir(place.home, { recursive: true, mode: 0o700 })
  return withLock(lockPath(place.home), () =>
    withStaging(session.folders, async (staging) => {
      const { policies, obtain } = options
      const believed = { platform: place.platform, policies, obtain }
      const { secrets, layout, policy, fingerprint } = await packElsewhere(session, project, staging, believed)
      const same = await sameElsewhere(session, client, { ...place, name, fingerprint, secrets })
      if (same !== undefined) return keepServing(session, client, same, policy, options)
      if (secrets.certificate?.kind === 'request') requireObtainable(secrets.certificate)
      const { expires } = options
      const image = await openImage(folderLayout(layout))
      const { launch, uploaded } = await startElsewhere(session, client, { name, image, expires }, place)
      return orAbandoned(launch, () => finish(session, launch, { policy, secrets, uploaded, options }))
    }),
  )
}

interface Finishing {
  readonly policy: Policy
  readonly secrets: Secrets
  readonly uploaded: Uploaded
  readonly options: RemoteOptions
}

async function finish(
  session: Session,
  launch: RemoteLaunch,
  { policy, secrets, uploaded, options }: Finishing,
): Promise<DeployedElsewhere> {
  const proof = await verifyApp(session, launch, policy, options.policies)
  await replaceFile(join(launch.folder, 'policy.json'), formatPolicy(policy))
  const { enclave } = proof.verdict
  const { app, shownKey } = await provisionApp(session, launch, enclave, secrets, options.timeout)
  await serveApp(session, { ...launch, app }, shownKey, options.timeout)
  const { shown } = secrets.certificate === undefined ? proof : await collect(launch.endpoint)
  const settled = await session.phase('settle', 'take over from what ran before', () => launch.settle(app))
  return { ...settled, ...proof, shown, unchanged: false, uploaded }
}

/** It is verified again, and may get another end. */
async function keepServing(
  session: Session,
  client: OperatorClient,
  { folder, app, view }: NonNullable<Awaited<ReturnType<typeof sameElsewhere>>>,
  policy: Policy,
  { policies, expires }: RemoteOptions,
): Promise<DeployedElsewhere> {
  const proof = await verifyApp(session, { folder, app, endpoint: remoteEndpoint(app, app.port) }, policy, policies)
  const wanted = expires?.toISOString() ?? null
  const updated = { ...app, expires: wanted }
  if (view.expires !== wanted) await client.ask('change', { name: app.name, json: { expires: wanted } })
  await writeApp(folder, updated)
  return { folder, app: updated, ...proof, unchanged: true, uploaded: undefined }
}
