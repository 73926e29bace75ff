import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { MseError } from '../../../error.ts'
import { checkFiles } from '../../../package/check-files.ts'
import { softwareFingerprint } from '../../../package/fingerprint.ts'
import { openPackage } from '../../../package/open.ts'
import { asFailure } from '../../failure.ts'
import type { Failure } from '../../platform.ts'
import { softwareIdentity } from '../identity.ts'
import { layout, type Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import type { Adoption } from './adoption.ts'
import { serveControl } from './control.ts'
import type { Builder, Dwelling } from './dwelling.ts'
import { identityFor } from './enclave-identity.ts'
import { endStrays } from './end-strays.ts'
import { keepRunning, takeOver, type Enclave } from './keep-running.ts'
import { answersTooLate } from './answers-too-late.ts'
import { measure } from './measure.ts'
import { writeReport, writeReportIfPossible, type SupervisorReport } from './report.ts'
import { waitedInVain } from './waited-in-vain.ts'
import { lookAround, wishes, type Wish } from './wish.ts'

/**
 * The life of one software enclave, from its package to its end: check and measure, make what it lives in, run the launcher until
 * somebody stops it. Returns the exit code of the supervisor.
 *
 * @param second whether another launch holds the enclave's address, until it is told to take over
 */
export async function supervise(folder: string, second: boolean, parent: Adoption, builder: Builder): Promise<number> {
  const files = layout(folder)
  const { wished, wish } = wishes()
  if (!(await parent.recorded)) return 1
  try {
    const plan = JSON.parse(await readFile(files.plan, 'utf8')) as SupervisorPlan
    const build = builder.begin(files, plan) // these two take a while, and need no package
    const platform = softwareIdentity(plan.identity, () => new Date())
    platform.catch(() => undefined)
    await writeReport(files.report, { phase: 'preparing' })
    // Files of an orphan are for the next command to remove, once this process is gone: what is on record never still runs.
    const orphaned = parent.orphaned.then(() => 'orphaned' as const)
    const early = await Promise.race([parent.packed, orphaned, wished])
    if (early === 'orphaned') return 1
    if (early !== undefined) return await neverRan(files, early)
    const artefact = await openPackage(files.package)
    const fingerprint = softwareFingerprint(artefact.indexBytes)
    const identity = await identityFor(await platform, artefact.index.owner, fingerprint, builder.kind(plan))
    const building = build({ files, plan, artefact, fingerprint, identity })
    const [dwelling] = await Promise.all([building, checkFiles(artefact)])

    const serves = new Promise(() => undefined)
    const began = performance.now()
    const enclave: Enclave = { sandbox: undefined, serves, answers: false, restarts: 0, began, open: !second }
    serveControl({ files, plan, metrics: () => measure(plan, dwelling, enclave), serves: () => enclave.serves, wish })
    lookAround(files, parent.detached, wish)
    void parent.opened.then(() => takeOver(files, enclave))
    const { restart } = artefact.index.configuration
    let over = false
    const startsAgain = (): boolean => !over && (restart === 'sealed' ? dwelling.isProvisioned() : parent.detached())
    const expired = Promise.race([waitedInVain(plan), answersTooLate(plan, () => dwelling.isProvisioned())])
    const run = keepRunning({ files, dwelling, identity, enclave, startsAgain, wished, expired })
    const end = await Promise.race([run, dwelling.ended, orphaned])
    if (end === 'orphaned') return 1
    over = true
    await silence(enclave)
    return await conclude(files, end, enclave.restarts, dwelling)
  } catch (error) {
    await writeReportIfPossible(files.report, { phase: 'failed', failure: asFailure(error) })
    return error instanceof MseError ? 1 : 70
  }
}

/** An enclave whose storage has died answers until it is ended, and holds what is to be unmounted. */
async function silence({ sandbox }: Enclave): Promise<void> {
  sandbox?.kill('SIGKILL')
  await sandbox?.ended
  await endStrays()
}

/** What is left of an enclave: its storage, unless it is over for good, and what is said of it. */
async function conclude(files: Layout, end: Wish | Failure, restarts: number, dwelling: Dwelling): Promise<number> {
  await dwelling.close(end)
  if (end === 'expire') rmSync(files.image, { force: true })
  await writeReportIfPossible(files.report, { ...describe(end), restarts })
  return typeof end === 'string' ? 0 : 1
}

/** Somebody wished for its end before there was a package. */
async function neverRan(files: Layout, end: Wish): Promise<number> {
  await writeReportIfPossible(files.report, describe(end))
  return 0
}

function describe(end: Wish | Failure): SupervisorReport {
  if (typeof end !== 'string') return { phase: 'failed', failure: end }
  if (end === 'expire') return { phase: 'expired' }
  if (end !== 'halt') return { phase: 'stopped' }
  const message = 'it was ended to be started again, and that did not happen'
  return { phase: 'failed', failure: { code: 'launch/halted', message, next: 'mse restart NAME' } }
}
