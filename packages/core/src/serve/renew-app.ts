import type { Policy } from '@mse/attest'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { openPackage } from '../package/open.ts'
import { packagePolicy } from '../package/package-policy.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Platform } from '../platform/platform.ts'
import type { Project } from '../project/project.ts'
import { requireOwner } from '../provision/provision-app.ts'
import type { Session } from '../session.ts'
import { findApp, homeOf, type AppOnDisk } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath } from '../state/paths.ts'
import { deliverToSuccessor, publishSuccessor, type Renewed, type RenewOptions } from './renewal.ts'
import { startAgain } from './start-again.ts'

/**
 * The first half of a renewal: the enclave is started again, with its storage and its certificate, and makes the key and the certificate
 * that are to come. Both certificates are published, and lie in `certificate.pem`; clients that pin one have to get both.
 *
 * @throws MseError `renewal/reprovision`; as a restart
 */
export async function beginRenewal(session: Session, name: string, options: RenewOptions): Promise<Renewed> {
  return renewing(session, name, async (onDisk, platform, policy) => {
    const { index } = await openPackage(join(onDisk.folder, 'package'))
    if (index.configuration.restart !== 'sealed') {
      throw new MseError(
        'renewal/reprovision',
        `${onDisk.app.name} keeps no keys: with every start it has another one`,
        {
          next: 'mse restart NAME; mse run',
        },
      )
    }
    await platform.attach(onDisk.folder).certifyUntil(options.until)
    const { proof } = await startAgain(session, onDisk, platform, policy, options)
    if (proof === undefined) throw new MseError('renewal/not-begun', 'it waits for its owner', { next: 'mse run' })
    return publishSuccessor(session, onDisk, proof, policy, options)
  })
}

/**
 * The second half: the owner's secrets, and perhaps another certificate of an authority, go to the enclave that is to come, which takes
 * the place of the one that is there. No connection is ended, and nothing that was stored is lost.
 *
 * @throws MseError `renewal/not-begun`, `renewal/changed`, `owner/not-yours`, `tls/*`, `provision/*`
 */
export async function finishRenewal(session: Session, project: Project, options: RenewOptions): Promise<Renewed> {
  return renewing(session, project.name, async (onDisk, _, policy) => {
    const { index } = await openPackage(join(onDisk.folder, 'package'))
    await requireOwner(session, index.owner)
    return deliverToSuccessor(session, onDisk, project, policy, options)
  })
}

async function renewing(
  session: Session,
  name: string,
  work: (onDisk: AppOnDisk, platform: Platform, policy: Policy) => Promise<Renewed>,
): Promise<Renewed> {
  const found = await findApp(session.folders, name)
  return withLock(lockPath(homeOf(found.folder)), async () => {
    const onDisk = await findApp(session.folders, name)
    const platform = choosePlatform(onDisk.app.platform, session.folders)
    return work(onDisk, platform, await packagePolicy(join(onDisk.folder, 'package'), platform))
  })
}
