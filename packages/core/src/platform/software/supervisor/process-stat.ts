import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** Clock ticks in a second, in which the kernel counts for programs (sysconf(_SC_CLK_TCK) on Linux). */
const ticks = 100

/** Fields 14 and 15 of /proc/PID/stat (proc(5)): seconds of user and system time of all threads. */
export function processorTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticks
  } catch {
    return 0
  }
}

/** The line of /proc/PID/stat. While it stays the same, no page was touched or mapped: it has page faults, sizes, processor time. */
export interface StatLine {
  /** Undefined when the process is gone. */
  read(): string | undefined
  close(): void
}

/** Keeps the file open: to read it is one system call. Undefined when there is no such process. */
export function openStatLine(pid: number): StatLine | undefined {
  const buffer = Buffer.allocUnsafe(1024)
  let file: number | undefined
  try {
    file = openSync(`/proc/${pid}/stat`, 'r')
  } catch {
    return undefined
  }
  return {
    read() {
      if (file === undefined) return undefined
      try {
        return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0))
      } catch {
        return undefined
      }
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}
