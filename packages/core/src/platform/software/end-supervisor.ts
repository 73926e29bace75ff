import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import { isLocked } from '../../state/lock.ts'
import { childrenOf, isAlive, processName, signalProcess, whereabouts, type ProcessName } from '../../state/process.ts'
import { askSupervisor } from './control.ts'
import type { Layout } from './layout.ts'

/** Seconds that an end may take before it is forced: an application shuts down, answers what is open, its storage is unmounted. */
const grace = { stop: 8, retire: 15, halt: 20 }

/** Ends a supervisor as asked; whatever does not end in time is killed. */
export async function endSupervisor(files: Layout, name: ProcessName, how: keyof typeof grace): Promise<void> {
  const heard = await askSupervisor(files.control, how, 2_000)
  if (whereabouts(name) === 'another-namespace') return untilUnlocked(files, grace[how])
  // One that has only just started does not listen yet, and does not hear a signal: it is asked again and again.
  const ask = (): void => (heard === undefined ? terminate(name) : undefined)
  if (!(await gone(name, grace[how], ask))) await killSupervisor(name)
}

/** Ends a supervisor, and with it everything of its enclave, if it still lives. @throws MseError `launch/cannot-stop` */
export async function killSupervisor(name: ProcessName): Promise<void> {
  if (await gone(name, 5, () => signalProcess(name, 'SIGKILL'))) return
  throw new MseError('launch/cannot-stop', `process ${name.pid} does not end`, { next: `kill -9 ${name.pid}` })
}

/**
 * SIGTERM goes to the supervisor itself: the child of the init process, which is the child of the outer one, which does not mind; or
 * the outer one, where there are no namespaces.
 */
function terminate(outer: ProcessName): void {
  signalProcess(outer, 'SIGTERM')
  for (const pid of childrenOf(outer.pid).flatMap(childrenOf)) {
    const supervisor = processName(pid)
    if (supervisor !== undefined) signalProcess(supervisor, 'SIGTERM')
  }
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

/** Nobody can be killed from another PID namespace. */
async function untilUnlocked({ lock }: Layout, seconds: number): Promise<void> {
  for (let tries = 0; await isLocked(lock); tries += 1) {
    if (tries > seconds * 10) {
      throw new MseError('launch/cannot-stop', 'the enclave was started in another PID namespace and does not end', {
        next: 'Run the command where it was started.',
      })
    }
    await sleep(100)
  }
}
