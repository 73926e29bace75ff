import { readJson } from '../../state/files.ts'
import { isLocked } from '../../state/lock.ts'
import { isAlive, whereabouts, type ProcessName } from '../../state/process.ts'
import type { Layout } from './layout.ts'

/** A supervisor of another PID namespace cannot be looked up by its number: it lives as long as it holds its lock. */
export async function livingSupervisor({ supervisor, lock }: Layout): Promise<ProcessName | undefined> {
  const name = await readJson<ProcessName>(supervisor)
  if (name === undefined) return undefined
  const lives = whereabouts(name) === 'another-namespace' ? await isLocked(lock) : isAlive(name)
  return lives ? name : undefined
}
