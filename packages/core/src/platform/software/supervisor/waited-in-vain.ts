import { setTimeout as sleep } from 'node:timers/promises'
import { enclaveState } from '../../../attest/status.ts'
import { reachable } from '../../../state/endpoint.ts'
import type { Failure } from '../../platform.ts'
import type { SupervisorPlan } from '../plan-file.ts'

/** Milliseconds between two looks at an enclave that does not answer when its time is over. */
const lookAgain = 60_000

/** Resolves once the enclave has waited for its owner as long as the plan allows; never, if it was provisioned by then. */
export async function waitedInVain({
  address,
  patience,
  port,
}: Pick<SupervisorPlan, 'address' | 'patience' | 'port'>): Promise<Failure> {
  const endpoint = { host: reachable(address), port, serverName: 'localhost' }
  for (let pause = patience * 1000; ; pause = lookAgain) {
    await sleep(pause, undefined, { ref: false })
    const state = await enclaveState(endpoint, undefined).catch(() => 'unknown')
    if (state === 'waiting') return expired(patience)
    if (state !== 'unknown') return new Promise(() => undefined)
  }
}

function expired(seconds: number): Failure {
  return {
    code: 'launch/expired',
    message: `nobody provisioned the enclave within ${Math.round(seconds / 3600)} h`,
    next: 'mse spawn, or mse deploy',
  }
}
