import { MseError } from '../../../error.ts'
import type { Value } from '../toml/value.ts'

const scales: Readonly<Record<string, bigint>> = { K: 2n ** 10n, M: 2n ** 20n, G: 2n ** 30n }
/** What Python passes over: as JavaScript, but for two. */
const BLANK = String.raw`(?!\ufeff)[\s\u0085]`
const DIGITS = '0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*'
const INTEGER = new RegExp(`^(?:${BLANK})*([+-]?)(${DIGITS})(?:${BLANK})*$`)

/**
 * Bytes of a size as Gramine's tools read it: an integer as Python spells them (`0x…`, `0o…`, `0b…`, `_` between digits, blanks
 * around it), then perhaps `K`, `M` or `G`.
 *
 * @throws MseError `manifest/value` for anything else, other kinds of value included
 */
export function readSize(value: Value | undefined): number {
  const text = typeof value === 'string' ? value : ''
  const scale = scales[text.at(-1) ?? '']
  const [, sign, digits] = INTEGER.exec(scale === undefined ? text : text.slice(0, -1)) ?? []
  const size = digits === undefined ? undefined : BigInt(digits.replaceAll('_', '')) * (scale ?? 1n)
  if (size === undefined || sign === '-' || size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new MseError('manifest/value', 'sgx.enclave_size is not a size', {
      expected: 'a string such as "512M" or "4G"',
      found: typeof value === 'string' ? JSON.stringify(value) : typeof value,
    })
  }
  return Number(size)
}
