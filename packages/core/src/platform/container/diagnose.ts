import type { Diagnosis } from '../../doctor/diagnosis.ts'
import type { Machine } from '../../doctor/machine.ts'
import { MseError } from '../../error.ts'
import { findEngine } from './engine/find-engine.ts'

const base = { id: 'host/engine', title: 'container engine' } as const
/** Milliseconds that an engine may take to say which it is. */
const patience = 3000

/** What containers need of a machine: the engine that a deployment would find, and that it speaks with this user. */
export async function diagnose({ folders }: Pick<Machine, 'folders'>): Promise<Diagnosis[]> {
  try {
    const { socket, name, version, api } = await findEngine(folders.engines, patience)
    return [{ ...base, outcome: 'ok', detail: `${name} ${version}, API ${api}, ${socket}` }]
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    const { message, expected, found, next } = error
    const detail = [message, found ?? expected].filter((one) => one !== undefined).join(': ')
    return [{ ...base, outcome: 'failed', detail, ...(next !== undefined && { fix: next }) }]
  }
}
