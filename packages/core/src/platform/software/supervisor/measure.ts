import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Metrics } from '../../platform.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import type { Enclave } from './keep-running.ts'
import { memoryUse } from './memory-watch.ts'

/** Clock ticks in a second, in which the kernel counts for programs (sysconf(_SC_CLK_TCK) on Linux). */
const ticks = 100

/** What an enclave uses now. */
export async function measure(files: Layout, { hardware }: SupervisorPlan, enclave: Enclave): Promise<Metrics> {
  const { sandbox, restarts, began } = enclave
  const pid = sandbox?.launcher()
  const [{ blocks, bfree, bsize }, requests] = await Promise.all([
    statfs(files.plain),
    sandbox?.channel.ask('r', 200) ?? undefined,
  ])
  return {
    memory: { used: (pid === undefined ? undefined : memoryUse(pid)?.resident) ?? 0, limit: hardware },
    storage: { used: (blocks - bfree) * bsize, limit: blocks * bsize },
    cpu: pid === undefined ? 0 : processorTime(pid),
    requests: requests ?? null,
    restarts,
    uptime: Math.round((performance.now() - began) / 1000),
  }
}

/** Fields 14 and 15 of /proc/PID/stat (proc(5)): user and system time of all threads. */
function processorTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticks
  } catch {
    return 0
  }
}
