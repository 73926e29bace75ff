import type { Metrics } from '../../platform.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import type { Dwelling } from './dwelling.ts'
import type { Enclave } from './keep-running.ts'

/** What an enclave uses now. */
export async function measure({ hardware }: SupervisorPlan, dwelling: Dwelling, enclave: Enclave): Promise<Metrics> {
  const { sandbox, answers, restarts, began } = enclave
  const [storage, used, requests] = await Promise.all([
    dwelling.storage(),
    sandbox?.usage(),
    answers ? sandbox?.channel.ask('r', 200) : undefined,
  ])
  return {
    memory: { used: used?.memory ?? 0, limit: hardware },
    storage,
    cpu: used?.cpu ?? 0,
    requests: requests ?? null,
    restarts,
    uptime: Math.round((performance.now() - began) / 1000),
  }
}
