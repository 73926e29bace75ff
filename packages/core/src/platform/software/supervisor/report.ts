import { replaceFile } from '../../../state/files.ts'
import type { Failure } from '../../platform.ts'

/** What the supervisor says of its enclave, for other processes to read. */
export interface SupervisorReport {
  readonly phase: 'preparing' | 'started' | 'stopped' | 'expired' | 'failed'
  readonly failure?: Failure
  /** How often the launcher was started again. */
  readonly restarts?: number
  /** Whether it answers at its own address: false for a successor that has not taken over yet. */
  readonly open?: boolean
}

export async function writeReport(path: string, report: SupervisorReport): Promise<void> {
  await replaceFile(path, `${JSON.stringify(report)}\n`)
}

/** An enclave that runs is not ended by a disk that is full: the report is then an old one. */
export async function writeReportIfPossible(path: string, report: SupervisorReport): Promise<void> {
  await writeReport(path, report).catch(() => undefined)
}
