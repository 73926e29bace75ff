import { MseError } from '../error.ts'
import { exchange, type Endpoint } from './channel.ts'

/** What the launcher says of itself (spec/5-provision.md). */
export type EnclaveState = 'waiting' | 'configured' | 'starting' | 'running' | 'failed'

const states: readonly string[] = ['waiting', 'configured', 'starting', 'running', 'failed'] satisfies EnclaveState[]

/** Asks the launcher for its state. It is not a secret; without `expected` nothing is proved about who answers. */
export async function enclaveState(
  endpoint: Endpoint,
  expected: Uint8Array | undefined,
  timeout = 5_000,
): Promise<EnclaveState> {
  const answer = await exchange(endpoint, expected, { method: 'GET', path: '/.well-known/mse/status' }, timeout)
  const state = stateIn(answer.body)
  if (answer.status === 200 && state !== undefined) return state
  throw new MseError(
    'serve/not-an-enclave',
    `what answers at ${endpoint.host}:${endpoint.port} is not a launcher of mse`,
  )
}

function stateIn(body: Buffer): EnclaveState | undefined {
  try {
    const { state } = JSON.parse(body.toString()) as { state?: unknown }
    return typeof state === 'string' && states.includes(state) ? (state as EnclaveState) : undefined
  } catch {
    return undefined
  }
}
