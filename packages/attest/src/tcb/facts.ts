import type { LevelStatus, PartStatus, TcbStatus } from './status.ts'

/** What Intel says of the platform that made a quote. */
export interface TcbFacts {
  /** What it all comes to. */
  readonly status: TcbStatus
  /** The earliest of the dates of its parts: what is known today was mended by then. */
  readonly date: Date
  /** Of all parts, each once. */
  readonly advisories: readonly string[]
  readonly platform: { readonly status: LevelStatus; readonly date: Date }
  readonly qe: { readonly status: PartStatus; readonly date: Date }
  /** Of a TDX module from version 1 on. */
  readonly module: { readonly id: string; readonly status: PartStatus; readonly date: Date } | undefined
  readonly tcbInfoVersion: 2 | 3
  /** What "up to date" is relative to: the lower of the numbers of TCB info and QE identity. */
  readonly evaluationNumber: number
  /** When the first piece of the collateral has to be fetched again. */
  readonly nextUpdate: Date
}

/** Which platform made a quote, hex. */
export interface PlatformFacts {
  readonly fmspc: string
  readonly ppid: string
  readonly pceId: string
  /** Of a platform whose certificate the Platform CA issued. */
  readonly platformInstance: string | undefined
}
