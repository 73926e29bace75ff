import { readFileSync } from 'node:fs'

/** A process, named so that a later one with the same number is not mistaken for it. */
export interface ProcessName {
  readonly pid: number
  /** Clock ticks since boot at which it started: field 22 of /proc/PID/stat (proc(5)). */
  readonly started: string
}

/** The name of a running process, or undefined if there is none (a zombie counts as none). */
export function processName(pid: number): ProcessName | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] as string }
  } catch {
    return undefined
  }
}

export function isAlive(name: ProcessName): boolean {
  return processName(name.pid)?.started === name.started
}

/** The children that the main thread of a process has made: Node.js makes none in another. */
export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children === '' ? [] : children.split(' ').map(Number)
  } catch {
    return []
  }
}

/** Sends a signal; false if the process is gone. */
export function signalProcess(name: ProcessName, signal: NodeJS.Signals): boolean {
  if (!isAlive(name)) return false
  try {
    return process.kill(name.pid, signal)
  } catch {
    return false
  }
}
