import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import { readJson } from '../../state/files.ts'
import { childrenOf, isAlive, processName, signalProcess, type ProcessName } from '../../state/process.ts'
import type { Failure, Running } from '../platform.ts'
import { layout, perishable } from './layout.ts'
import { writeReport, type SupervisorReport } from './supervisor/report.ts'

/** Seconds that an application gets to shut down by itself. */
const grace = 8

/** An enclave by its folder, whoever started it. */
export function supervised(folder: string): Running {
  const files = layout(folder)
  const supervisor = async (): Promise<ProcessName | undefined> => {
    const name = await readJson<ProcessName>(files.supervisor)
    return name !== undefined && isAlive(name) ? name : undefined
  }
  return {
    detach: () => Promise.resolve(),
    isAlive: async () => (await supervisor()) !== undefined,
    failure: () => failureOf(files.report, supervisor),
    async stop(reason) {
      const name = await supervisor()
      if (name !== undefined) await end(name)
      const said = await readJson<SupervisorReport>(files.report)
      if (reason !== undefined) await noted(files.report, { phase: 'failed', failure: reason })
      else if (said !== undefined && said.failure === undefined) await noted(files.report, { phase: 'stopped' })
      await Promise.all(perishable(files).map((path) => rm(path, { recursive: true, force: true })))
    },
  }
}

async function failureOf(
  report: string,
  supervisor: () => Promise<ProcessName | undefined>,
): Promise<Failure | undefined> {
  const alive = await supervisor()
  const said = await readJson<SupervisorReport>(report)
  if (said?.failure !== undefined) return said.failure
  if (alive !== undefined || said?.phase === 'stopped') return undefined
  return { code: 'launch/supervisor-died', message: 'the supervisor of the enclave was killed', next: 'mse deploy' }
}

/**
 * SIGTERM goes to the supervisor itself, which is the child of the process that holds its namespaces; again and again, because
 * an init process that has only just started does not hear it.
 */
async function end(outer: ProcessName): Promise<void> {
  const ask = (): void => {
    for (const pid of childrenOf(outer.pid)) {
      const child = processName(pid)
      if (child !== undefined) signalProcess(child, 'SIGTERM')
    }
  }
  if (await gone(outer, grace, ask)) return
  if (await gone(outer, 5, () => signalProcess(outer, 'SIGKILL'))) return
  throw new MseError('launch/cannot-stop', `process ${outer.pid} does not end`, { next: `kill -9 ${outer.pid}` })
}

/** Waits until a process is gone, asking it to go ten times a second. */
async function gone(name: ProcessName, seconds: number, ask: () => void): Promise<boolean> {
  for (let tries = 0; isAlive(name); tries += 1) {
    if (tries > seconds * 100) return false
    if (tries % 10 === 0) ask()
    await sleep(10)
  }
  return true
}

/** What is written down of an end; on a full disk, stopping is what makes room. */
async function noted(path: string, report: SupervisorReport): Promise<void> {
  await writeReport(path, report).catch(() => undefined)
}
