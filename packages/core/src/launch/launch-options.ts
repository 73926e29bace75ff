import type { Listening } from './plan.ts'

/** Where and for how long; none of it is measured. */
export interface LaunchOptions {
  /** IP literal to listen on. */
  readonly address: string
  /** 0: the port that the application had before, or any free one. */
  readonly port: number
  /** Where it answers until it has taken over from what ran before; default: a free port of 127.0.0.1. */
  readonly meanwhile?: Listening | undefined
  /** Names for the certificate. */
  readonly names: readonly string[]
  /** Milliseconds until the launcher has to answer. */
  readonly timeout: number
  /** Seconds that an enclave nobody provisions is kept. */
  readonly patience: number
  /** When it ends by itself. */
  readonly expires: Date | undefined
  /** Whether nobody waits for its launcher: then its supervisor sees to it that it answers within `timeout`. */
  readonly unattended?: boolean | undefined
  /** That somebody was told of already; default: a new one. */
  readonly instance?: string | undefined
}
