import { replaceFile } from '../../../state/files.ts'
import type { Failure } from '../../platform.ts'

/** What the supervisor says of its enclave, for other processes to read. */
export interface SupervisorReport {
  readonly phase: 'preparing' | 'started' | 'stopped' | 'failed'
  readonly failure?: Failure
  /** How often the launcher was started again. */
  readonly restarts?: number
}

export async function writeReport(path: string, report: SupervisorReport): Promise<void> {
  await replaceFile(path, `${JSON.stringify(report)}\n`)
}
