import { readFileSync, readlinkSync } from 'node:fs'

/** A process, named so that no other is mistaken for it: not a later one with the same number, nor one of another namespace. */
export interface ProcessName {
  readonly pid: number
  /** Clock ticks since boot at which it started: field 22 of /proc/PID/stat (proc(5)). */
  readonly started: string
  /** PID namespace that the number is of: inode of /proc/PID/ns/pid (namespaces(7)). */
  readonly namespace: string
  /** /proc/sys/kernel/random/boot_id (random(4)): numbers and start times begin anew with the machine. */
  readonly boot: string
}

/** Where a process was named, as seen from here. */
export type Whereabouts = 'here' | 'another-boot' | 'another-namespace'

/** The name of a running process, or undefined if there is none (a zombie counts as none). */
export function processName(pid: number): ProcessName | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return { pid, started: fields[19] as string, namespace: ownNamespace(), boot: bootId() }
  } catch {
    return undefined
  }
}

/** Whether the number in a name means anything here. */
export function whereabouts({ namespace, boot }: Pick<ProcessName, 'namespace' | 'boot'>): Whereabouts {
  if (boot !== bootId()) return 'another-boot'
  return namespace === ownNamespace() ? 'here' : 'another-namespace'
}

/** Whether a process named here lives. Of one from another namespace this says no: ask {@link whereabouts} first. */
export function isAlive(name: ProcessName): boolean {
  return whereabouts(name) === 'here' && processName(name.pid)?.started === name.started
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

let boot: string | undefined

/** Names one run of the machine. */
export function bootId(): string {
  return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

let namespace: string | undefined

function ownNamespace(): string {
  return (namespace ??= readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''))
}
