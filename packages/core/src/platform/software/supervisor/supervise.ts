import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../../../error.ts'
import { checkFiles } from '../../../package/check-files.ts'
import { softwareFingerprint } from '../../../package/fingerprint.ts'
import { openPackage } from '../../../package/open.ts'
import { identityFor } from './enclave-identity.ts'
import { waitedInVain } from './waited-in-vain.ts'
import type { Adoption } from './adoption.ts'
import { keepRunning } from './keep-running.ts'
import { asFailure } from '../../failure.ts'
import { layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { writeReport } from './report.ts'
import { mountStorage, storageKey } from './storage.ts'

/**
 * The life of one software enclave, from its package to its end: check and measure, mount storage, run the launcher until
 * somebody stops it. Returns the exit code of the supervisor.
 */
export async function supervise(folder: string, parent: Adoption): Promise<number> {
  const files = layout(folder)
  const stopping = stopSignal()
  if (!(await parent.recorded)) return 1
  await writeReport(files.report, { phase: 'preparing' })
  try {
    const plan = JSON.parse(await readFile(files.plan, 'utf8')) as SupervisorPlan
    const artefact = await openPackage(files.package)
    const fingerprint = softwareFingerprint(artefact.indexBytes)
    const identity = await identityFor(plan.identity, artefact.index.owner, fingerprint)
    const storage = mountStorage(files, plan.storage, storageKey(identity.secret, fingerprint, plan.instance))
    const [mounted] = await Promise.all([storage, checkFiles(artefact)])

    const { argv, restart } = artefact.index.configuration
    const provisioned = (): boolean => existsSync(join(files.plain, 'key', 'provisioned.json'))
    const startsAgain = (): boolean => (restart === 'sealed' ? provisioned() : parent.detached())
    const expired = waitedInVain(plan)
    const end = keepRunning({ files, plan, argv, identity, startsAgain, stopping, expired })
    const died = mounted.ended.then(async (failure) => {
      await writeReport(files.report, { phase: 'failed', failure })
      return 1
    })
    // Its files are for the next command to remove, once this process is gone: what is on record is never still running.
    const orphaned = parent.orphaned.then(() => 1)
    return await Promise.race([end, died, orphaned])
  } catch (error) {
    await writeReport(files.report, { phase: 'failed', failure: asFailure(error) })
    return error instanceof MseError ? 1 : 70
  }
}

/** Resolves when this process is asked to stop; as an init process it gets no signal that it does not handle. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve())
    process.on('SIGINT', () => resolve())
  })
}
