import type { Addresses } from './collect-from.ts'
import { evaluationQuery, type Evaluation } from './evaluation.ts'
import type { CollateralNeed } from './source.ts'

/** The addresses that PCS and PCCS have in common (Intel PCS API, "Get TCB Info", "Get Quoting Enclave Identity", "Get Revocation List"). */
export function certificationPaths(
  base: string,
  version: 3 | 4,
  { tee, fmspc, ca }: CollateralNeed,
  evaluation: Evaluation | undefined,
): Omit<Addresses, 'rootCaCrl'> {
  const of = (kind: 'sgx' | 'tdx'): string => `${base}/${kind}/certification/v${version}`
  return {
    tcbInfo: `${of(tee)}/tcb?fmspc=${fmspc}${evaluationQuery(evaluation, '&')}`,
    qeIdentity: `${of(tee)}/qe/identity${evaluationQuery(evaluation, '?')}`,
    pckCrl: `${of('sgx')}/pckcrl?ca=${ca}&encoding=der`,
  }
}
