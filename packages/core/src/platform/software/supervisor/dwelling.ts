import type { Duplex } from 'node:stream'
import type { Artefact } from '../../../package/artefact.ts'
import type { Failure, Metrics } from '../../platform.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import type { Doors } from './doors.ts'
import type { EnclaveIdentity } from './enclave-identity.ts'
import type { LauncherChannel } from './launcher-channel.ts'
import type { Wish } from './wish.ts'

/** What an enclave lives in on one platform: made once, however often its launcher is started. */
export interface Dwelling {
  /** Starts the launcher as `argv` of the measured configuration says. */
  start(doors: Doors): Sandbox
  /** Whether it holds what its owner has entrusted to the enclave, so that a launcher can go on without them. */
  isProvisioned(): boolean
  /** Bytes of what is stored in it. */
  storage(): Promise<Metrics['storage']>
  /** Resolves, with a failure, when it has ended by itself. */
  readonly ended: Promise<Failure>
  /** Lets go of it once the launcher has ended; what is stored stays if `end` says that it shall, and if it can. */
  close(end: Wish | Failure): Promise<void>
}

/** A launcher that was started. */
export interface Sandbox {
  readonly quoteChannel: Duplex
  readonly channel: LauncherChannel
  /** Bytes of resident memory, and seconds of processor time, of the launcher; zero before it runs. */
  usage(): Promise<{ readonly memory: number; readonly cpu: number }>
  /** Resolves when it has ended: exit code, or 128 and the number of the signal. */
  readonly ended: Promise<number>
  /** Why it has ended by itself, once it has. */
  describe(code: number): Failure
  kill(signal: NodeJS.Signals): void
}

/** Of what a dwelling is made. */
export interface Site {
  readonly files: Layout
  readonly plan: SupervisorPlan
  readonly artefact: Artefact
  /** Hex. */
  readonly fingerprint: string
  readonly identity: EnclaveIdentity
}

/** How a platform makes the dwelling of an enclave. */
export interface Builder {
  /** What quotes say of the kind of dwelling: ISVPRODID (spec/4-evidence.md). */
  kind(plan: SupervisorPlan): number
  /** Begins with what needs no package. Returns what does the rest, once there is one, and throws why it cannot be done. */
  begin(files: Layout, plan: SupervisorPlan): (site: Site) => Promise<Dwelling>
}
