import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { rotateLog } from './rotate-log.ts'

/**
 * What an enclave that runs may be asked for: an end for good, an end after what is open was answered, an end that keeps what it
 * stored; or its time is over.
 */
export type Wish = 'stop' | 'retire' | 'halt' | 'expire'

/** Whoever wishes first is obeyed. */
export interface Wishes {
  readonly wished: Promise<Wish>
  readonly wish: (what: Wish) => void
}

/** Milliseconds between two looks at clock, log and record. */
const interval = 1_000
/** Looks in a row at which another launch is the application, before this one believes it. */
const patience = 10

/** Collects wishes: signals (an init process's child gets those that it handles), and whoever calls `wish`. */
export function wishes(): Wishes {
  let wish: (what: Wish) => void = () => undefined
  const wished = new Promise<Wish>((resolve) => (wish = resolve))
  process.on('SIGTERM', () => wish('stop'))
  process.on('SIGINT', () => wish('stop'))
  return { wished, wish }
}

/**
 * Looks once a second whether the enclave's time is over, by a clock that may jump, whether its log is too long, and whether
 * another launch has become the application without anybody having ended this one.
 */
export function lookAround(files: Layout, isSettled: () => boolean, wish: Wishes['wish']): NodeJS.Timeout {
  let superseded = 0
  const end = endIn(files.plan)
  return setInterval(() => {
    if (Date.now() >= end()) wish('expire')
    rotateLog(files)
    superseded = isSettled() && !isCurrent(files.folder) ? superseded + 1 : 0
    if (superseded >= patience) wish('retire')
  }, interval)
}

/** Read again when the plan is another file: the end of an application that runs may be put off. */
function endIn(plan: string): () => number {
  let known: bigint | undefined
  let end = Infinity
  return () => {
    try {
      const { ctimeNs } = statSync(plan, { bigint: true })
      if (ctimeNs === known) return end
      end = (JSON.parse(readFileSync(plan, 'utf8')) as SupervisorPlan).expires ?? Infinity
      known = ctimeNs
      return end
    } catch {
      return Infinity
    }
  }
}

function isCurrent(folder: string): boolean {
  try {
    return readlinkSync(join(dirname(folder), 'current')) === basename(folder)
  } catch {
    return false
  }
}
