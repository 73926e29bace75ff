import type { SgxPolicy, SoftwarePolicy } from '@mse/attest'
import type { LaunchPlan } from '../launch/plan.ts'
import type { Artefact } from '../package/artefact.ts'

/** What evidence has to show for an artefact on one platform: the platform's part of a policy. */
export type Measurement = Omit<SoftwarePolicy, 'debug'> | Omit<SgxPolicy, 'debug'>

/** Where an application can be launched; people choose by this word. */
export const platformNames = ['software', 'container', 'gramine-direct', 'sgx'] as const
export type PlatformName = (typeof platformNames)[number]

/** What is measured of a package: its index, with its exact bytes. */
export type IndexedPackage = Pick<Artefact, 'index' | 'indexBytes'>

/** One thing that a platform measures, in the order in which it does. */
export interface MeasuredPart {
  /** `index.json`, `stack`, … */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** What is in it, in words. */
  readonly content: string
}

/** A measurement, and what was measured. */
export interface Fingerprint {
  /** 64 hex digits. */
  readonly measurement: string
  readonly parts: readonly MeasuredPart[]
}

/** An enclave that can be made of a package. A platform can have several, which differ in what the processor does for them. */
export interface EnclaveKind {
  /** `software`, `sgx`, `sgx-edmm`. */
  readonly name: string
  /** What the application finds that is measured nowhere, in words (spec/3-launch.md, "The unmeasured value"). */
  readonly unmeasured: readonly string[]
  /** @throws MseError `base/*`, `sgx/*`, `enclave/*` when there can be no such enclave of this package */
  fingerprint(packed: IndexedPackage): Promise<Fingerprint>
}

/** Who knows what a platform measures, from bytes alone, on any machine. */
export interface Measurer {
  readonly name: Measurement['platform']
  /** As people read it: "software enclave". */
  readonly title: string
  readonly kinds: readonly EnclaveKind[]
  /** What evidence of this package has to show on this platform; it makes nothing on this machine. */
  measure(packed: IndexedPackage): Promise<Measurement>
}

/** An enclave that was started; it lives on its own. */
export interface Running {
  /** The whole package lies in the folder of the launch: from now on it is checked, measured and run. */
  begin(): Promise<void>
  /** Lets the enclave outlive this process; before that it ends when this process ends. */
  detach(): Promise<void>
  /** From now on it answers at its plan's address, beside the one that it `replaces`; nothing to do where it does already. */
  takeOver(): Promise<void>
  /** False once it has ended. */
  isAlive(): Promise<boolean>
  /** Resolves when the application may serve by now, at once where nothing says so, after `patience` ms at the latest: a hint to ask it. */
  serves(patience: number): Promise<void>
  /** Why it ended by itself, if it did. */
  failure(): Promise<Failure | undefined>
  /** Whether what it stored is there, so that an enclave that has ended can be started again. */
  isKept(): Promise<boolean>
  /** What it uses now; undefined when it does not say. */
  metrics(): Promise<Metrics | undefined>
  /** Changes when it ends by itself. */
  expireAt(when: Date | undefined): Promise<void>
  /** Moves the end of the certificate that it is started with the next time: there, but later than it was. */
  certifyUntil(when: Date): Promise<void>
  /** Ends it: afterwards no process, no mount and no ciphertext of it is left. A reason makes it count as failed. */
  stop(reason?: Failure): Promise<void>
  /** Ends it once it has answered what is open: its successor has taken over. Then as `stop`. */
  retire(): Promise<void>
  /** Ends it and keeps what it stored, for `relaunch`. */
  halt(): Promise<void>
}

/** What an enclave uses of what it has. */
export interface Metrics {
  /** Bytes of resident memory, and of `hardware`. */
  readonly memory: { readonly used: number; readonly limit: number }
  /** Bytes of encrypted storage, and of its file system. */
  readonly storage: { readonly used: number; readonly limit: number }
  /** Seconds of processor time since the launcher was started. */
  readonly cpu: number
  /** Requests that the application got since the launcher was started; null while there is no application. */
  readonly requests: number | null
  /** How often the launcher was started again. */
  readonly restarts: number
  /** Seconds since the launcher was started. */
  readonly uptime: number
}

/** What an application has used since it was started. */
export interface Usage {
  /** Most bytes that were resident at once, files that are mapped not counted. */
  readonly memory: number
  /** Bytes of mapped files. */
  readonly libraries: number
  /** Threads now. */
  readonly threads: number
}

/** An error as it is written down for another process to find. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly expected?: string
  readonly found?: string
  readonly next?: string
}

/**
 * Where an enclave can run. Implementations lie side by side in this folder; `platforms.ts` is the only place that chooses
 * one, and nothing below it asks which.
 */
export interface Platform {
  readonly name: PlatformName
  /** As people read it: "software enclave". */
  readonly title: string
  /** @throws MseError `environment/*` unless this machine can launch; quick, `mse doctor` says more */
  requireReady(): Promise<void>
  /** @throws MseError `container/*`, `sgx/*`, `base/*` when this package cannot run here */
  admit(artefact: Artefact): Promise<void>
  /** What evidence of this artefact must show on this platform. */
  measure(artefact: Artefact): Promise<Measurement>
  /**
   * Makes everything ready for the package that will lie in the plan's folder, and runs it once it is told to `begin`.
   *
   * @throws MseError `environment/*` when the machine lacks something, `launch/*` when the start fails
   */
  launch(plan: LaunchPlan): Promise<Running>
  /**
   * Starts again what was launched in a folder, with what it stored, ending it first if it runs. Who connects meanwhile waits.
   *
   * @throws MseError as `launch`
   */
  relaunch(folder: string): Promise<Running>
  /** What the application in a folder has used; undefined if it does not run. */
  usage(folder: string): Promise<Usage | undefined>
  /** What was started in a folder earlier, by any process; it may have ended. */
  attach(folder: string): Running
}
