import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MseError } from '../error.ts'

/** What flock(1) ends with when somebody else holds the lock. */
const held = 75

/**
 * Runs `work` while this process alone holds the lock at `path`. The lock is the kernel's (flock(2)), held by a small process
 * that ends when this one does, however it ends: there is no stale lock to judge. The file stays.
 *
 * @throws MseError `state/busy` at once if another command holds it; `environment/tools` without flock(1)
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const keeper = await acquire(path)
  try {
    return await work()
  } finally {
    keeper.stdin?.end()
    if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit')
  }
}

/** Starts the process that holds the lock as long as its standard input is open. */
async function acquire(path: string): Promise<ChildProcess> {
  const keep = ['sh', '-c', 'echo held; read -r line']
  const keeper = spawn('flock', ['--nonblock', '--no-fork', '--conflict-exit-code', String(held), path, ...keep], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true, // Ctrl-C at the terminal is for the command, which still has to clean up under its lock
  })
  keeper.stdin.on('error', () => undefined)
  const outcome = await Promise.race([
    once(keeper.stdout, 'data').then(() => 'held' as const),
    once(keeper, 'exit').then(([code]) => code as number | null),
  ]).catch((cause: unknown) => {
    throw new MseError('environment/tools', 'flock cannot be started', {
      cause,
      next: 'sudo apt-get install --yes --no-install-recommends util-linux',
    })
  })
  if (outcome === 'held') return keeper
  if (outcome === held) {
    throw new MseError('state/busy', 'another mse command is working on this application', {
      next: 'Wait for it, or end it.',
    })
  }
  throw new MseError('state/lock', `${path} cannot be locked`, { found: `flock ended with ${outcome}` })
}

/** Whether anybody, in any namespace of this machine, holds the lock at `path`. */
export async function isLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  const probe = spawn('flock', ['--nonblock', '--conflict-exit-code', String(held), path, 'true'], { stdio: 'ignore' })
  const [code] = (await once(probe, 'exit')) as [number | null]
  return code === held
}
