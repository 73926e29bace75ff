import type { Collateral } from './collateral.ts'

/** Which collateral a quote needs. */
export interface CollateralNeed {
  readonly tee: 'sgx' | 'tdx'
  /** 12 lower-case hex digits. */
  readonly fmspc: string
  /** Which of Intel's two CAs issued the PCK certificate. */
  readonly ca: 'processor' | 'platform'
}

/** Where collateral comes from. It may lie: what it hands out is judged by its signatures. */
export interface CollateralSource {
  collect(need: CollateralNeed, signal?: AbortSignal): Promise<Collateral>
}
