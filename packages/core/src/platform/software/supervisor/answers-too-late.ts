import { setTimeout as sleep } from 'node:timers/promises'
import { enclaveState } from '../../../attest/status.ts'
import { reachable } from '../../../state/endpoint.ts'
import type { Failure } from '../../platform.ts'
import type { SupervisorPlan } from '../plan-file.ts'

/** Milliseconds for one last answer. */
const patience = 2_000

/**
 * Resolves once the launcher should have answered, does not, and nobody waits for it; never otherwise. One that was provisioned is
 * left alone: it comes back by itself, however long that takes on a machine that has just started.
 */
export async function answersTooLate(
  { address, port, answersWithin }: Pick<SupervisorPlan, 'address' | 'port' | 'answersWithin'>,
  isProvisioned: () => boolean,
): Promise<Failure> {
  const never = new Promise<Failure>(() => undefined)
  if (answersWithin === undefined) return never
  await sleep(answersWithin, undefined, { ref: false })
  const endpoint = { host: reachable(address), port, serverName: 'localhost' }
  const answers =
    isProvisioned() ||
    (await enclaveState(endpoint, undefined, patience).then(
      () => true,
      () => false,
    ))
  if (answers) return never
  return {
    code: 'launch/timeout',
    message: 'the enclave did not start in time',
    expected: `within ${answersWithin / 1000} s`,
    next: 'mse logs NAME; mse spawn --timeout SECONDS waits longer',
  }
}
