import { rm, writeFile } from 'node:fs/promises'
import { MseError } from '../../error.ts'
import { encodeUnmeasured, type LaunchPlan } from '../../launch/plan.ts'
import { readJson } from '../../state/files.ts'
import type { Running } from '../platform.ts'
import { layout } from './layout.ts'
import type { SupervisorPlan } from './plan-file.ts'
import { startSupervisor } from './start-supervisor.ts'

/** Writes down what the supervisor of a new enclave has to know, and starts it. */
export async function launchSupervised(plan: LaunchPlan, identity: string): Promise<Running> {
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
    expires: plan.expires === undefined ? null : plan.expires.getTime(),
  }
  await writeFile(files.plan, JSON.stringify(written), { mode: 0o600 })
  return startSupervisor(files, written, plan.replaces)
}

/** Starts the supervisor of an enclave that has ended once more: same plan, same instance, same storage. */
export async function relaunchSupervised(folder: string): Promise<Running> {
  const files = layout(folder)
  const plan = await readJson<SupervisorPlan>(files.plan)
  if (plan === undefined) {
    throw new MseError('state/damaged', `${files.plan} does not say how the enclave was launched`, {
      next: 'mse deploy',
    })
  }
  await rm(files.report, { force: true })
  return startSupervisor(files, plan, undefined)
}
