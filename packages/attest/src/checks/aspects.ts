import type { Aspect } from '../error.ts'
import type { CheckCode } from './checks.ts'

/** The checks of aspects of a format: what a decoder that fails may have failed at in particular. In order of judgement. */
export const aspects: readonly Extract<CheckCode, `${string}/${Aspect}`>[] = [
  'quote/wrapping',
  'chain/repeated',
  'chain/critical',
  'pck/number',
  'signer/repeated',
  'signer/critical',
  'crl/repeated',
  'crl/critical',
  'tcb-info/repeated',
  'tcb-info/version',
  'tcb-info/type',
  'qe-identity/repeated',
  'qe-identity/version',
]
