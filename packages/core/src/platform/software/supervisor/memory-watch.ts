import { readFileSync } from 'node:fs'

const interval = 200

/** What the launcher's process uses now, in bytes (proc(5), /proc/PID/status). */
interface Use {
  /** Resident, shared memory included, pages of files on disk not. */
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
  const timer = setInterval(() => {
    const launcher = pid()
    const use = launcher === undefined ? undefined : memoryUse(launcher)
    if (use === undefined) return
    data = use.data
    if (use.resident <= limit) return
    clearInterval(timer)
    exceeded(use.resident)
  }, interval)
  return { lastData: () => data, stop: () => clearInterval(timer) }
}

function memoryUse(pid: number): Use | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
    return { resident: (kibibytes('RssAnon') + kibibytes('RssShmem')) * 1024, data: kibibytes('VmData') * 1024 }
  } catch {
    return undefined
  }
}
