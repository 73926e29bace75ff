import { readFileSync } from 'node:fs'
import { openStatLine } from './process-stat.ts'

/** Milliseconds between two looks at a process that does something, and at one that has done nothing for a while. */
const interval = { busy: 200, idle: 500 }
/** Looks in a row that have found nothing new, after which it counts as idle. */
const idleAfter = 10
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
  let watched: Watched | undefined
  let timer = setTimeout(look, interval.busy)
  function look(): void {
    watched ??= watch(pid())
    const use = watched?.look()
    data = use?.data ?? data
    if (use !== undefined && use.resident > limit) {
      stop()
      exceeded(use.resident)
    } else timer = setTimeout(look, watched?.isIdle() === true ? interval.idle : interval.busy)
  }
  function stop(): void {
    clearTimeout(timer)
    watched?.close()
  }
  return { lastData: () => data, stop }
}

/** Of a process; undefined if it is gone. */
export function memoryUse(pid: number): Use | undefined {
  const watched = watch(pid)
  try {
    return watched?.look()
  } finally {
    watched?.close()
  }
}

/** A process that is looked at again and again. */
interface Watched {
  /** Undefined if it is gone. */
  look(): Use | undefined
  isIdle(): boolean
  close(): void
}

/**
 * One that has neither run nor met a page since the last look uses what it used then: an idle enclave costs one system call a look.
 * To list the mappings is half of the rest: it is done when the size of the process is another one, and at every fifth look if
 * anything has changed. Pages of shared memory that were touched since count at once (RssShmem).
 */
function watch(pid: number | undefined): Watched | undefined {
  const line = pid === undefined ? undefined : openStatLine(pid)
  if (pid === undefined || line === undefined) return undefined
  let use: Use | undefined
  let size = -1
  let mapped = 0
  let seen: string | undefined
  let listed: string | undefined
  let looks = 0
  let quiet = 0
  const lookClosely = (): Use => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    if (bytes('VmSize') !== size || looks >= atLatest) {
      mapped = sharedMappings(pid)
      size = bytes('VmSize')
      listed = seen
      looks = 0
    }
    return { resident: bytes('RssAnon') + Math.max(bytes('RssShmem'), mapped), data: bytes('VmData') }
  }
  return {
    look() {
      const now = line.read()
      looks += 1
      quiet = now === seen ? quiet + 1 : 0
      if (now !== undefined && now === seen && (now === listed || looks < atLatest)) return use
      seen = now
      try {
        use = now === undefined ? undefined : lookClosely()
      } catch {
        use = undefined
      }
      return use
    },
    isIdle: () => quiet >= idleAfter,
    close: () => line.close(),
  }
}

/** Sizes of anonymous shared mappings, which show as /dev/zero: their pages stay when nothing refers to them (madvise(2)). */
function sharedMappings(pid: number): number {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
  const ranges = maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S\S\Ss .*\/dev\/zero \(deleted\)$/gm)
  return [...ranges].reduce((sum, [, begin = '0', end = '0']) => sum + Number(`0x${end}`) - Number(`0x${begin}`), 0)
}
