import { certificateChecks } from './certificate.ts'
import { chainChecks } from './chain.ts'
import { collateralChecks } from './collateral.ts'
import { documentChecks } from './documents.ts'
import { evidenceChecks } from './evidence.ts'
import { policyChecks } from './policy.ts'
import { quoteChecks } from './quote.ts'
import { quotingEnclaveChecks } from './quoting-enclave.ts'
import { tcbChecks } from './tcb.ts'

/** One thing that was looked at. */
export interface Check {
  /** A code of the table in spec/4-evidence.md; `titleOf` of the entry `checks` says it in words. */
  readonly code: string
  readonly outcome: 'passed' | 'failed'
  readonly detail?: string
}

export type CheckCode =
  | keyof typeof evidenceChecks
  | keyof typeof quoteChecks
  | keyof typeof chainChecks
  | keyof typeof collateralChecks
  | keyof typeof documentChecks
  | keyof typeof quotingEnclaveChecks
  | keyof typeof tcbChecks
  | keyof typeof certificateChecks
  | keyof typeof policyChecks

/** Code → what is proved when it passes, in the order of judgement of spec/4-evidence.md. */
export const checks: Readonly<Record<CheckCode, string>> = {
  ...evidenceChecks,
  ...quoteChecks,
  ...chainChecks,
  ...collateralChecks,
  ...documentChecks,
  ...quotingEnclaveChecks,
  ...tcbChecks,
  ...certificateChecks,
  ...policyChecks,
}
