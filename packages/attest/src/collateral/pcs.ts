import { collectFrom } from './collect-from.ts'
import type { Evaluation } from './evaluation.ts'
import type { Fetch } from './fetch.ts'
import { certificationPaths } from './paths.ts'
import type { CollateralSource } from './source.ts'

/** Where Intel has the root's revocation list. */
export const intelRootCaCrl = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der'

/**
 * Intel's Provisioning Certification Service, interface v4. Needs no key.
 *
 * @param given.baseUrl of a mirror
 * @param given.rootCaCrlUrl of a mirror; Intel's own is written down here, because the distribution point that a certificate
 *   names was chosen by whoever made the certificate
 */
export function createPcs(given: {
  readonly fetch: Fetch
  readonly baseUrl?: string
  readonly rootCaCrlUrl?: string
  readonly evaluation?: Evaluation
}): CollateralSource {
  const base = (given.baseUrl ?? 'https://api.trustedservices.intel.com').replace(/\/+$/, '')
  const rootCaCrl = given.rootCaCrlUrl ?? intelRootCaCrl
  const { fetch: request, evaluation } = given
  return {
    collect: async (need, signal) =>
      collectFrom(request, { ...certificationPaths(base, 4, need, evaluation), rootCaCrl }, evaluation, signal),
  }
}
