import { setTimeout as sleep } from 'node:timers/promises'
import type { Failure } from '../../platform.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import type { EnclaveIdentity } from './enclave-identity.ts'
import { describeEnd } from './describe-end.ts'
import { logLine } from './log-line.ts'
import { watchMemory } from './memory-watch.ts'
import { serveQuotes } from './quoting-enclave.ts'
import { writeReport } from './report.ts'
import { startSandbox } from './sandbox.ts'

export interface RunInputs {
  readonly files: Layout
  readonly plan: SupervisorPlan
  readonly argv: readonly string[]
  readonly identity: EnclaveIdentity
  /** Whether a launcher that ends is started again: one that comes back by itself, or that may wait for its owner again. */
  readonly startsAgain: () => boolean
  readonly stopping: Promise<void>
  /** Resolves when nobody has provisioned the enclave in time. */
  readonly expired: Promise<Failure>
}

/** Milliseconds before the launcher is started again, after its first, second, … end; then it is given up. */
const pauses = [500, 1_000, 2_000, 4_000]
/** Milliseconds after which a launcher counts as having run well. */
const settled = 60_000

/**
 * Runs the launcher until it is asked to stop. One that ends by itself is started again if it can go on without its owner;
 * otherwise the enclave has failed, and the report says why. Returns an exit code.
 */
export async function keepRunning(inputs: RunInputs): Promise<number> {
  const { files, startsAgain, stopping } = inputs
  for (let restarts = 0, misfortunes = 0; ; restarts += 1) {
    const began = Date.now()
    await writeReport(files.report, { phase: 'started', restarts })
    const end = await runOnce(inputs)
    if (end === 'stopped') {
      await writeReport(files.report, { phase: 'stopped', restarts })
      return 0
    }
    logLine(files.log, end.message)
    misfortunes = Date.now() - began > settled ? 0 : misfortunes
    const pause = pauses[misfortunes]
    if (!startsAgain() || pause === undefined || end.code === 'launch/expired') {
      await writeReport(files.report, { phase: 'failed', restarts, failure: end })
      return 1
    }
    misfortunes += 1
    logLine(files.log, `starting it again in ${pause / 1000} s`)
    const stopped = await Promise.race([sleep(pause, false), stopping.then(() => true)])
    if (stopped) {
      await writeReport(files.report, { phase: 'stopped', restarts })
      return 0
    }
  }
}

async function runOnce({ files, plan, argv, identity, stopping, expired }: RunInputs): Promise<'stopped' | Failure> {
  const sandbox = startSandbox(files, plan, argv)
  void serveQuotes(sandbox.quoteChannel, identity.quotingEnclave, identity.report)
  let overrun: number | undefined
  const memory = watchMemory(
    () => sandbox.launcher(),
    plan.hardware,
    (resident) => {
      overrun = resident
      sandbox.kill('SIGKILL')
    },
  )
  const asked = await Promise.race([sandbox.ended, stopping.then(() => 'stopped' as const), expired])
  if (typeof asked !== 'number') sandbox.kill('SIGTERM')
  const code = await sandbox.ended
  memory.stop()
  if (typeof asked !== 'number') return asked
  return describeEnd(code, plan.hardware, { overrun, data: memory.lastData() })
}
