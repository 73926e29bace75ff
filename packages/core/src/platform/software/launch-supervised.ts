import { rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import { encodeUnmeasured, type LaunchPlan } from '../../launch/plan.ts'
import { readJson, replaceFile } from '../../state/files.ts'
import { isAlive, type ProcessName } from '../../state/process.ts'
import type { Running } from '../platform.ts'
import { layout, type Layout } from './layout.ts'
import type { SupervisorPlan } from './plan-file.ts'
import { killSupervisor } from './end-supervisor.ts'
import { livingSupervisor } from './living-supervisor.ts'
import { startSupervisor } from './start-supervisor.ts'
import type { Supervision } from './supervision.ts'
import { writeReport } from './supervisor/report.ts'

/** Writes down what the supervisor of a new enclave has to know, and starts it. */
export async function launchSupervised(plan: LaunchPlan, identity: string, supervision: Supervision): Promise<Running> {
  const files = layout(plan.folder)
  const { executable, prefix } = plan.interpreter
  const written: SupervisorPlan = {
    hardware: plan.hardware,
    storage: plan.storage,
    instance: plan.unmeasured.instance,
    launch: encodeUnmeasured(plan.unmeasured),
    address: plan.unmeasured.address,
    port: plan.unmeasured.port,
    interpreter: { executable, prefix },
    identity,
    patience: plan.patience,
    ...(plan.answersWithin !== undefined && { answersWithin: plan.answersWithin }),
    expires: plan.expires === undefined ? null : plan.expires.getTime(),
    ...(supervision.container && { container: supervision.container }),
  }
  await writeFile(files.plan, JSON.stringify(written), { mode: 0o600 })
  return startSupervisor(files, written, plan.replaces, supervision)
}

/** Milliseconds that an enclave gets to end, and to let go of its storage, before it is killed. */
const patience = 20_000

/**
 * Starts the supervisor of an enclave once more: same plan, same instance, same storage. One that runs gives its listener to the
 * new one, ends, and is waited for.
 */
export async function relaunchSupervised(folder: string, supervision: Supervision): Promise<Running> {
  const files = layout(folder)
  const plan = await readJson<SupervisorPlan>(files.plan)
  if (plan === undefined) {
    throw new MseError('state/damaged', `${files.plan} does not say how the enclave was launched`, {
      next: 'mse deploy',
    })
  }
  const before = await livingSupervisor(files)
  if (before === undefined) {
    await rm(files.report, { force: true })
    const running = await startSupervisor(files, plan, undefined, supervision)
    await running.begin()
    return running
  }
  const running = await startSupervisor(files, plan, 'itself', supervision)
  await running.begin()
  await succeeded(files, before, running)
  return running
}

/** Waits until the supervisor before is gone. If the new one goes first, the old one has given nothing away and stays on record. */
async function succeeded(files: Layout, before: ProcessName, running: Running): Promise<void> {
  const until = performance.now() + patience
  while (isAlive(before) && performance.now() < until) {
    if (await running.isAlive()) await sleep(10)
    else if (isAlive(before)) {
      await replaceFile(files.supervisor, JSON.stringify(before))
      const { code, message, ...more } = (await running.failure()) ?? notSucceeded
      await writeReport(files.report, { phase: 'started', open: true })
      throw new MseError(code, message, more)
    }
  }
  await killSupervisor(before)
}

const notSucceeded = {
  code: 'launch/port-kept',
  message: 'the enclave that runs does not make room',
  next: 'mse stop NAME',
}
