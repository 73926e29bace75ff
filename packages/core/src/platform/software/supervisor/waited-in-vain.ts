import { enclaveState } from '../../../attest/status.ts'
import type { Failure } from '../../platform.ts'
import type { SupervisorPlan } from '../plan-file.ts'

/** Resolves once the enclave has waited for its owner as long as the plan allows; never, if it was provisioned by then. */
export function waitedInVain({ address, patience, port }: SupervisorPlan): Promise<Failure> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const endpoint = { host: reachable(address), port, serverName: 'localhost' }
      if ((await enclaveState(endpoint, undefined).catch(() => undefined)) === 'waiting') resolve(expired(patience))
    }
    setTimeout(() => void look(), patience * 1000).unref()
  })
}

function reachable(address: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address
}

function expired(seconds: number): Failure {
  return {
    code: 'launch/expired',
    message: `nobody provisioned the enclave within ${Math.round(seconds / 3600)} h`,
    next: 'mse spawn, or mse deploy',
  }
}
