import type { DerValue } from './der.ts'
import { expectTag, Tag } from './fields.ts'

/** The dotted form of an OBJECT IDENTIFIER (X.690, §8.19). Arcs may be of any size: 2.25 has some of 128 bits. */
export function readOid(value: DerValue, what: string): string {
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of expectTag(value, Tag.oid, what).content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0n
  }
  const [first = 0n, ...rest] = arcs
  const top = first < 80n ? first / 40n : 2n
  return [top, first - top * 40n, ...rest].join('.')
}
