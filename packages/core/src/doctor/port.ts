import { MseError } from '../error.ts'
import { freePort } from '../launch/port.ts'
import type { Diagnosis } from './diagnosis.ts'

const base = { id: 'host/port', title: 'port' } as const

/** Whether an enclave could listen: on the port that was asked for, or on any. */
export async function diagnosePort(wanted: number | undefined): Promise<Diagnosis> {
  try {
    const port = await freePort('0.0.0.0', wanted ?? 0)
    return { ...base, outcome: 'ok', detail: wanted === undefined ? `${port} and others are free` : `${port} is free` }
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    const fix = wanted === undefined ? 'ss --listening --tcp' : `ss --listening --tcp --processes 'sport = :${wanted}'`
    return { ...base, outcome: 'failed', detail: error.message, fix }
  }
}
