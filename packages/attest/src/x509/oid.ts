import type { DerValue } from './der.ts'
import { expectTag, Tag } from './fields.ts'

/** The dotted form of an OBJECT IDENTIFIER (X.690, §8.19). Arcs may be of any size: 2.25 has some of 128 bits. */
export function readOid(value: DerValue, what: string): string {
  const arcs: (number | bigint)[] = []
  let arc: number | bigint = 0
  for (const byte of expectTag(value, Tag.oid, what).content) {
    arc = append(arc, byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  // The first two arcs are one number: 40 times the first, which is 0, 1 or 2, and the second.
  const top = first < 80 ? Math.floor(Number(first) / 40) : 2
  const second = typeof first === 'bigint' ? first - 80n : first - top * 40
  return [top, second, ...rest].join('.')
}

/** Seven more bits; as a bigint once a number cannot hold them. */
function append(arc: number | bigint, bits: number): number | bigint {
  if (typeof arc === 'bigint') return (arc << 7n) | BigInt(bits)
  return arc < 2 ** 46 ? arc * 128 + bits : append(BigInt(arc), bits)
}
