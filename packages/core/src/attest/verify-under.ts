import { verifyEvidence, type CertificateEvidence, type Evidence, type Given, type Policy } from '@mse/attest'
import type { QuoteVerdict, Verdict } from '@mse/attest'

/** At least one. */
export type Policies = readonly [...Policy[], Policy]

/**
 * Judges evidence under every policy. All have to agree; the verdict is that of the last one.
 *
 * @throws AttestationError, PolicyMismatch
 */
export function verifyUnder(evidence: CertificateEvidence, policies: Policies, given: Given): Promise<Verdict>
export function verifyUnder(evidence: Evidence, policies: Policies, given: Given): Promise<Verdict | QuoteVerdict>
export async function verifyUnder(
  evidence: Evidence,
  policies: Policies,
  given: Given,
): Promise<Verdict | QuoteVerdict> {
  const last = policies.at(-1) as Policy
  for (const policy of policies.slice(0, -1)) await verifyEvidence(evidence, policy, given)
  return verifyEvidence(evidence, last, given)
}
