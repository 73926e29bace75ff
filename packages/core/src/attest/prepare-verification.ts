import { VerifierMemo, type Evidence, type Given } from '@mse/attest'
import type { Session } from '../session.ts'
import { collateralFor } from './collateral/collateral-for.ts'

/**
 * What evidence has to be judged with, beside a policy: the time, and what Intel says about its platform, from where the
 * session has it from. A software enclave needs neither network nor cache.
 *
 * @param prefer collateral of one's own, or, for evidence of long ago, what was collected with it
 * @throws CollateralError; MseError `collateral/offline`; AttestationError if the evidence cannot be read
 */
export async function prepareVerification(
  session: Session,
  evidence: Evidence,
  prefer: 'own' | 'brought' = 'own',
): Promise<Given> {
  const brought = prefer === 'brought' ? evidence.collateral : undefined
  const collateral = brought ?? (await collateralFor(session, evidence, session.collateral))
  const { rootsForTesting } = session
  // The memo lives as long as this evidence is looked at: each policy, and the answer to a challenge.
  return { now: session.now(), collateral, rootsForTesting, memo: new VerifierMemo() }
}
