import { formatPolicy, type Policy } from '@mse/attest'
import { collect } from '@mse/core/attest/collect'
import { verifyApp, type Proof } from '@mse/core/attest/verify-app'
import { policyElsewhere } from '@mse/core/fingerprint/policy-elsewhere'
import { MseError } from '@mse/core/error'
import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import type { Artefact } from '@mse/core/package/artefact'
import { writeImage } from '@mse/core/package/image/write-image'
import { packageProject } from '@mse/core/package/package-project'
import type { PlatformName } from '@mse/core/platform/platform'
import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Project } from '@mse/core/project/project'
import type { Secrets } from '@mse/core/provision/bundle'
import { requireObtainable } from '@mse/core/provision/certificate-for'
import type { Obtain } from '@mse/core/provision/own-certificate'
import { provisionApp } from '@mse/core/provision/provision-app'
import { readSecrets } from '@mse/core/provision/read-secrets'
import { serveApp } from '@mse/core/serve/serve-app'
import type { Session } from '@mse/core/session'
import { writeApp, type App } from '@mse/core/state/app'
import { replaceFile } from '@mse/core/state/files'
import { withLock } from '@mse/core/state/lock'
import { lockPath } from '@mse/core/state/paths'
import { withStaging } from '@mse/core/state/staging'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LaunchRequest } from '../api/shapes.ts'
import type { OperatorClient } from './operator-client.ts'
import { launchRemotely, orAbandoned, type RemoteLaunch } from './remote-launch.ts'
import { remoteEndpoint, remoteHome, remoteHost } from './remote-record.ts'
import { sameElsewhere } from './same-elsewhere.ts'
import { uploadImage, type Uploaded } from './upload-image.ts'

export interface RemoteOptions {
  readonly platform: PlatformChoice
  readonly policies: readonly Policy[]
  /** Empty: the name of the service. */
  readonly names: readonly string[]
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
  const { platforms, host: said } = await client.ask('about')
  const platform = choosePlatformElsewhere(options.platform, platforms)
  const host = remoteHost(client.login, said)
  const home = remoteHome(session.folders, client.login, name)
  const names = options.names.length > 0 ? options.names : [host]
  await mkdir(home, { recursive: true, mode: 0o700 })
  return withLock(lockPath(home), () =>
    withStaging(session.folders, async (staging) => {
      const secrets = await readSecrets(project, session.now(), options.obtain)
      const { artefact } = await packageProject(session, project, join(staging, 'package'))
      const policy = await policyElsewhere(session.folders, artefact, platform, options.policies)
      const [fingerprint] = policy.measurement as readonly [string]
      const same = await sameElsewhere(session, client, { home, name, fingerprint, names, secrets })
      if (same !== undefined) return keepServing(session, client, same, policy, options)
      if (secrets.certificate?.kind === 'request') requireObtainable(secrets.certificate)
      const uploaded = await upload(session, client, artefact, join(staging, 'layout'))
      const request: LaunchRequest = {
        image: uploaded.digest,
        platform,
        names,
        expires: options.expires?.toISOString() ?? null,
      }
      const launch = await session.phase('launch', `start it on ${host}`, () =>
        launchRemotely(client, { home, name, host, request }),
      )
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

async function upload(session: Session, client: OperatorClient, artefact: Artefact, layout: string): Promise<Uploaded> {
  await writeImage(artefact, layout)
  const image = await openImage(folderLayout(layout))
  return session.phase('upload', `send the package to ${new URL(client.login.url).host}`, (update) =>
    uploadImage(client, image, update),
  )
}

/**
 * `auto` means hardware: that a machine of somebody else's has none is no reason to do with less.
 *
 * @throws MseError `operator/platform`
 */
function choosePlatformElsewhere(choice: PlatformChoice, offered: readonly PlatformName[]): 'software' | 'sgx' {
  const wanted = choice === 'auto' ? 'sgx' : choice
  if ((wanted === 'software' || wanted === 'sgx') && offered.includes(wanted)) return wanted
  throw new MseError('operator/platform', 'the operator does not launch enclaves of that kind', {
    expected: wanted === 'sgx' ? 'sgx: on the machine of somebody else, platform "auto" means hardware' : wanted,
    found: offered.join(', ') || 'none',
    next: 'If a software enclave will do, which its keeper can look into: --platform software --policy FILE',
  })
}
