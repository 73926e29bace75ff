import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { readJson, replaceFile } from '../../state/files.ts'
import { whereabouts, type ProcessName } from '../../state/process.ts'
import type { Failure, Metrics, Running } from '../platform.ts'
import { withEnd } from '../../launch/plan.ts'
import { askSupervisor } from './control.ts'
import { endSupervisor } from './end-supervisor.ts'
import { layout, perishable, type Layout } from './layout.ts'
import { livingSupervisor } from './living-supervisor.ts'
import type { SupervisorPlan } from './plan-file.ts'
import type { Supervision } from './supervision.ts'
import { writeReport, type SupervisorReport } from './supervisor/report.ts'

/** An enclave by its folder, whoever started it. */
export function supervised(folder: string, { isStored }: Pick<Supervision, 'isStored'>): Running {
  const files = layout(folder)
  const end = async (how: 'stop' | 'retire' | 'halt'): Promise<void> => {
    const name = await livingSupervisor(files)
    if (name !== undefined) await endSupervisor(files, name, how)
  }
  const clear = async (): Promise<void> => {
    await Promise.all(perishable(files).map((path) => rm(path, { recursive: true, force: true })))
  }
  return {
    begin: () => Promise.resolve(),
    detach: () => Promise.resolve(),
    takeOver: () => Promise.resolve(),
    isAlive: async () => (await livingSupervisor(files)) !== undefined,
    async serves(patience) {
      await askSupervisor(files.control, 'serves', patience)
    },
    failure: () => failureOf(files),
    isKept: async () => [files.plan, files.package].every((path) => existsSync(path)) && isStored(files),
    async metrics() {
      const answer = await askSupervisor(files.control, 'metrics', 2_000)
      return answer === undefined || answer === '' ? undefined : (JSON.parse(answer) as Metrics)
    },
    async expireAt(when) {
      const plan = await readJson<SupervisorPlan>(files.plan)
      if (plan !== undefined)
        await replaceFile(files.plan, JSON.stringify({ ...plan, expires: when?.getTime() ?? null }))
    },
    async certifyUntil(when) {
      const plan = await readJson<SupervisorPlan>(files.plan)
      if (plan !== undefined)
        await replaceFile(files.plan, JSON.stringify({ ...plan, launch: withEnd(plan.launch, when) }))
    },
    async stop(reason) {
      await end('stop')
      const said = await readJson<SupervisorReport>(files.report)
      if (reason !== undefined) await noted(files.report, { phase: 'failed', failure: reason })
      else if (said?.failure === undefined && said?.phase !== 'expired') await noted(files.report, { phase: 'stopped' })
      await clear()
    },
    async retire() {
      await end('retire')
      await clear()
    },
    halt: () => end('halt'),
  }
}

async function failureOf(files: Layout): Promise<Failure | undefined> {
  const alive = await livingSupervisor(files)
  const said = await readJson<SupervisorReport>(files.report)
  if (said?.failure !== undefined) return said.failure
  if (alive !== undefined || said?.phase === 'stopped' || said?.phase === 'expired') return undefined
  const name = await readJson<ProcessName>(files.supervisor)
  if (name !== undefined && whereabouts(name) === 'another-boot') {
    return { code: 'launch/machine-restarted', message: 'the machine was started anew', next: 'mse restart NAME' }
  }
  return {
    code: 'launch/supervisor-died',
    message: 'the supervisor of the enclave was killed',
    next: 'mse restart NAME',
  }
}

/** What is written down of an end; on a full disk, stopping is what makes room. */
async function noted(path: string, report: SupervisorReport): Promise<void> {
  await writeReport(path, report).catch(() => undefined)
}
