import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ends what a sandbox has left. bubblewrap that is killed while it starts has not told its child to die with it yet: the child
 * goes to process 1, starts the launcher, and would answer and hold the storage although its enclave has failed.
 *
 * Ends children of process 1, all but this process; does nothing where process 1 is not that of this supervisor's namespace.
 */
export async function endStrays(): Promise<void> {
  if (process.ppid !== 1 || !commandOf('1').includes(process.argv[1] ?? '\0')) return
  for (let strays = childrenOfInit(); strays.length > 0; strays = childrenOfInit()) {
    for (const pid of strays) kill(pid)
    await sleep(5)
  }
}

function childrenOfInit(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === 1)
    .map(Number)
    .filter((pid) => pid !== process.pid)
}

/** The fourth field of stat, after the command in parentheses (proc(5)); of a process that has ended and waits to be reaped: none. */
function parentOf(pid: string): number | undefined {
  const [state, parent] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  return state === 'Z' ? undefined : Number(parent)
}

function commandOf(pid: string): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // It has ended meanwhile.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
