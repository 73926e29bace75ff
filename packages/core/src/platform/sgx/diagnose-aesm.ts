import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Diagnosis } from '../../doctor/diagnosis.ts'

const base = { id: 'host/sgx-aesm', title: 'AESM (makes quotes)' } as const
/** Milliseconds. */
const patience = 2000

/** Whether Intel's service listens that quotes come from. What it answers is seen when a quote is asked for. */
export async function diagnoseAesm(root: string, signal: AbortSignal): Promise<Diagnosis> {
  const path = join(root, 'var/run/aesmd/aesm.socket')
  if (!existsSync(path)) {
    const fix = 'sudo apt-get install sgx-aesm-service libsgx-aesm-quote-ex-plugin   # from Intel’s repository'
    return { ...base, outcome: 'failed', detail: `${path} is not there`, fix }
  }
  const problem = await tryConnect(path, AbortSignal.any([signal, AbortSignal.timeout(patience)]))
  signal.throwIfAborted()
  if (problem === undefined) return { ...base, outcome: 'ok', detail: `listens on ${path}` }
  return { ...base, outcome: 'failed', detail: `${path}: ${problem}`, fix: 'sudo systemctl restart aesmd' }
}

async function tryConnect(path: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path, signal })
    socket.once('connect', () => resolve(undefined)).once('error', (error) => resolve(error.message))
    socket.once('connect', () => socket.destroy())
  })
}
