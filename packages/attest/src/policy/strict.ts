import type { SgxPolicy, TdxPolicy } from './policy.ts'

const zeroRegister = '00'.repeat(48)

/** What is asked of a platform if nobody says otherwise (decisions/0011): everything in order. */
const inOrder = {
  debug: 'refused',
  tcbStatuses: ['UpToDate'],
  advisories: [],
  tcbEvaluationNumberMinimum: 'any',
  tcbInfoVersions: [3],
  fmspc: 'any',
  ppid: 'any',
  platformInstance: 'any',
} as const

/** A strict policy for SGX, every member written out. What differs is to be said by name. */
export function strictSgxPolicy(demands: Pick<SgxPolicy, 'measurement' | 'signer'> & Partial<SgxPolicy>): SgxPolicy {
  return {
    platform: 'sgx',
    isvProdId: 'any',
    isvSvnMinimum: 'any',
    // INIT and MODE64BIT; no key of the platform's provisioning; DEBUG is asked for by itself, KSS and XFRM are free.
    attributes: { value: `05${'00'.repeat(15)}`, mask: `7d${'ff'.repeat(7)}${'00'.repeat(8)}` },
    configId: ['00'.repeat(64)],
    ...inOrder,
    ...demands,
  }
}

/** A strict policy for TDX, every member written out. What differs is to be said by name. */
export function strictTdxPolicy(
  demands: Pick<TdxPolicy, 'mrtd' | 'rtmr0' | 'rtmr1' | 'rtmr2' | 'rtmr3'> & Partial<TdxPolicy>,
): TdxPolicy {
  return {
    platform: 'tdx',
    mrseam: 'any',
    mrsignerseam: [zeroRegister],
    mrconfigid: 'any',
    mrowner: 'any',
    mrownerconfig: 'any',
    mrservicetd: [zeroRegister],
    // SEPT_VE_DISABLE and nothing else: no migration, no bit that nobody knows. TUD.DEBUG is asked for by itself.
    tdAttributes: { value: '0000001000000000', mask: 'feffffffffffffff' },
    xfam: 'any',
    ...inOrder,
    ...demands,
  }
}
