import type { CollateralSettings } from './attest/collateral/settings.ts'
import type { Folders } from './state/paths.ts'

/** What every stage gets from whoever drives it: the outside world, and a way to say what is going on. */
export interface Session {
  readonly folders: Folders
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly now: () => Date
  /** Where collateral of hardware comes from. */
  readonly collateral: CollateralSettings
  /** Roots believed to be Intel's, in place of Intel's: see `Given` of the verifier. No command line sets it. */
  readonly rootsForTesting?: readonly string[] | undefined
  /** Shows that work is going on, and how it ended. */
  phase<T>(name: string, title: string, work: (update: (detail: string) => void) => Promise<T>): Promise<T>
  warn(text: string): void
}
