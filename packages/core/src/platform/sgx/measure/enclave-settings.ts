import { MseError } from '../../../error.ts'
import { isTruthy } from '../manifest/shape.ts'
import type { Table, Value } from '../toml/value.ts'
import { readSize } from './read-size.ts'

/** What of a manifest decides how an enclave is laid out. */
export interface EnclaveSettings {
  /** Bytes of address space. */
  readonly size: number
  /** Threads whose pages are there from the start. */
  readonly threads: number
  /** Memory is added on demand (SGX2), not when the enclave is made. */
  readonly edmm: boolean
}

/** The most threads that Gramine's loader starts. */
const MAXIMUM_THREADS = 4096

/**
 * @param manifest an expanded one
 * @throws MseError `manifest/value`
 */
export function enclaveSettings(manifest: Table): EnclaveSettings {
  const sgx = manifest.get('sgx') as Table
  return {
    size: readSize(sgx.get('enclave_size')),
    threads: readInteger(sgx, 'max_threads', MAXIMUM_THREADS),
    edmm: isTruthy(sgx.get('edmm_enable')),
  }
}

/** @throws MseError `manifest/value` unless it is an integer from 0 to the maximum; booleans count as in Python */
export function readInteger(sgx: Table, key: string, maximum: number): number {
  const value: Value | undefined = sgx.get(key)
  const number = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : Number.NaN
  if (number >= 0 && number <= maximum) return number
  throw new MseError('manifest/value', `sgx.${key} has a value that it does not take`, {
    expected: `an integer from 0 to ${maximum}`,
    found: typeof value === 'bigint' ? String(value) : typeof value,
  })
}
