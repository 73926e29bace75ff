import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import { readJson } from '../../state/files.ts'
import type { Running } from '../platform.ts'
import type { SupervisorReport } from './supervisor/report.ts'

/** Milliseconds that opening a door may take. */
const patience = 10_000

/** Waits until the supervisor says that its enclave accepts at its own address. @throws MseError `launch/take-over` */
export async function takenOver(running: Running, report: string): Promise<void> {
  for (const until = performance.now() + patience; ;) {
    const said = await readJson<SupervisorReport>(report)
    if (said?.open === true) return
    if (performance.now() > until || !(await running.isAlive())) {
      throw new MseError('launch/take-over', 'the new enclave did not take over the port of the old one', {
        next: 'mse logs NAME --failed',
      })
    }
    await sleep(5)
  }
}
