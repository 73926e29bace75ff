import { dataLimit, openFiles, stackSize } from '../../software/supervisor/limits.ts'
import type { Site } from '../../software/supervisor/dwelling.ts'
import { seccompFilter } from '../../software/seccomp.ts'

/** What process 1 of a container is told to start: `job.json` (enclave/loader.py). */
export interface Job {
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Names of setrlimit(2), in lower case. */
  readonly limits: Readonly<Record<string, number>>
  /** A filter of system calls, base64; empty: none. */
  readonly seccomp: string
  /** Port at which the launcher listens behind process 1, as it does in Gramine; 0: it gets the descriptors itself. */
  readonly behind: number
}

export function jobFor({ plan, artefact: { index } }: Site): Job {
  return {
    argv: [`/usr/bin/python${index.python}`, ...index.configuration.argv],
    environment: { MSE_LAUNCH: plan.launch, HOME: '/root', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
    limits: { data: dataLimit(plan.hardware), stack: stackSize, core: 0, nofile: openFiles },
    seccomp: seccompFilter().toString('base64'),
    behind: 0,
  }
}
