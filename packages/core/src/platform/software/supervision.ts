import type { ContainerPlan } from './plan-file.ts'
import type { Layout } from './layout.ts'
import { livingSupervisor } from './living-supervisor.ts'
import { supervisorProgram } from '../../locations.ts'
import { existsSync } from 'node:fs'

/** How enclaves of one platform are supervised. */
export interface Supervision {
  /** Of the supervisor. */
  readonly program: string
  /** What the supervisor is started by, so that everything of an enclave ends with the one outer process. */
  readonly isolation: readonly string[]
  /** What the plan says beside. */
  readonly container?: ContainerPlan
  /** Whether what an enclave has stored is there. */
  readonly isStored: (files: Layout) => Promise<boolean>
}

/**
 * The init process: waits for whatever ends in its namespace, which Node.js does for its own children alone, and ends with it. A
 * shell gives what it starts in the background an empty standard input, unless that is passed on by another number.
 */
const init = ['sh', '-c', 'exec 9<&0; "$@" <&9 9<&- & wait $!', 'init']

/** In user, mount and PID namespaces of its own, so that ending the outer process ends everything inside and leaves no mount. */
export const inNamespaces: Supervision = {
  program: supervisorProgram,
  isolation: [
    ...['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...init,
  ],
  isStored: async (files) => existsSync(files.image),
}

/** As a process like any other: what it starts is the engine's, and ends with its lifeline. What is stored is memory of the container. */
export const besideContainer: Omit<Supervision, 'program'> = {
  isolation: [],
  isStored: async (files) => (await livingSupervisor(files)) !== undefined,
}
