import { collectFrom } from './collect-from.ts'
import { CollateralError } from './collateral-error.ts'
import type { Evaluation } from './evaluation.ts'
import type { Fetch } from './fetch.ts'
import { certificationPaths } from './paths.ts'
import type { CollateralSource } from './source.ts'

/**
 * A Provisioning Certificate Caching Service, interface v4 or v3. It has the root's revocation list too, so that nothing else
 * has to be reachable.
 *
 * @param given.url `https://host:8081`, or as Intel's libraries have it in their configuration, `https://host:8081/sgx/certification/v4/`,
 *   which also says the version; without one it is 4
 * @throws TypeError if `url` is not an address
 */
export function createPccs(given: {
  readonly fetch: Fetch
  readonly url: string
  readonly evaluation?: Evaluation
}): CollateralSource {
  const { base, version } = readUrl(given.url)
  const { fetch: request, evaluation } = given
  return {
    async collect(need, signal) {
      if (version === 3 && need.tee === 'tdx') {
        throw new CollateralError('collateral/not-found', 'interface v3 of a PCCS has nothing about TDX', {
          found: given.url,
          next: 'Use interface v4: end the address with /sgx/certification/v4.',
        })
      }
      const paths = certificationPaths(base, version, need, evaluation)
      const rootCaCrl = pccsRootCaCrl(given.url)
      return collectFrom(request, { ...paths, rootCaCrl }, evaluation, signal)
    },
  }
}

/** Where a PCCS has the root's revocation list: the one document that is the same for all platforms. */
export function pccsRootCaCrl(url: string): string {
  const { base, version } = readUrl(url)
  return `${base}/sgx/certification/v${version}/rootcacrl`
}

function readUrl(text: string): { readonly base: string; readonly version: 3 | 4 } {
  const { origin, pathname } = new URL(text)
  const [, prefix = '', version] = /^(.*?)\/*(?:\/sgx\/certification\/v([34]))?\/*$/.exec(pathname) ?? []
  return { base: `${origin}${prefix}`, version: version === '3' ? 3 : 4 }
}
