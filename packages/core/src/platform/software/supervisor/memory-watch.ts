import { readFileSync } from 'node:fs'

const interval = 200
/** Looks after which the mappings are read again, whatever the size of the process says. */
const atLatest = 5

/** What the launcher's process uses now, in bytes (proc(5), /proc/PID/status). */
interface Use {
  /** Resident private memory and, whether resident or not, anonymous memory that is mapped as shared. */
  readonly resident: number
  /** Private writable mappings: what RLIMIT_DATA counts. */
  readonly data: number
}

/** A running watch; bytes. */
export interface MemoryWatch {
  lastData(): number
  stop(): void
}

/**
 * Watches a process that the data limit alone cannot hold: memory shared with itself (anonymous shared mappings) is not data.
 * Calls `exceeded` once when the resident memory passes `limit` bytes.
 */
export function watchMemory(
  pid: () => number | undefined,
  limit: number,
  exceeded: (resident: number) => void,
): MemoryWatch {
  let data = 0
  const look = lookAtMemory()
  const timer = setInterval(() => {
    const launcher = pid()
    const use = launcher === undefined ? undefined : look(launcher)
    if (use === undefined) return
    data = use.data
    if (use.resident <= limit) return
    clearInterval(timer)
    exceeded(use.resident)
  }, interval)
  return { lastData: () => data, stop: () => clearInterval(timer) }
}

/** Of a process; undefined if it is gone. */
export function memoryUse(pid: number): Use | undefined {
  return lookAtMemory()(pid)
}

/**
 * Looks again and again. To list the mappings is half of what an idle enclave's supervisor does: it is done when the size of the
 * process is another one, and at every fifth look. Pages of shared memory that were touched since count at once (RssShmem).
 */
function lookAtMemory(): (pid: number) => Use | undefined {
  let mapped = 0
  let size = -1
  let looks = 0
  return (pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const bytes = (name: string): number =>
        Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
      if (bytes('VmSize') !== size || looks >= atLatest) {
        mapped = sharedMappings(pid)
        size = bytes('VmSize')
        looks = 0
      }
      looks += 1
      return { resident: bytes('RssAnon') + Math.max(bytes('RssShmem'), mapped), data: bytes('VmData') }
    } catch {
      return undefined
    }
  }
}

/** Sizes of anonymous shared mappings, which show as /dev/zero: their pages stay when nothing refers to them (madvise(2)). */
function sharedMappings(pid: number): number {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
  const ranges = maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S\S\Ss .*\/dev\/zero \(deleted\)$/gm)
  return [...ranges].reduce((sum, [, begin = '0', end = '0']) => sum + Number(`0x${end}`) - Number(`0x${begin}`), 0)
}

/** Clock ticks in a second, in which the kernel counts for programs (sysconf(_SC_CLK_TCK) on Linux). */
const ticks = 100

/** Fields 14 and 15 of /proc/PID/stat (proc(5)): user and system time of all threads. */
export function processorTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticks
  } catch {
    return 0
  }
}
