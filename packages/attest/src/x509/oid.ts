import type { DerValue } from './der.ts'
import { expectTag } from './fields.ts'
import * as Tag from './tag.ts'

/** The dotted form of an OBJECT IDENTIFIER (X.690, §8.19). Arcs may be of any size: 2.25 has some of 128 bits. */
export function readOid(value: DerValue, what: string): string {
  const { within, contentStart, end } = expectTag(value, Tag.oid, what)
  let text = ''
  let arc: number | bigint = 0
  for (let index = contentStart; index < end; index++) {
    const byte = within[index] ?? 0
    arc = append(arc, byte & 0x7f)
    if (byte >= 0x80) continue
    text = text === '' ? firstTwo(arc) : `${text}.${arc}`
    arc = 0
  }
  return text
}

/** The first two arcs are one number: 40 times the first, which is 0, 1 or 2, and the second. */
function firstTwo(arc: number | bigint): string {
  if (arc < 80) return arc < 40 ? `0.${arc}` : `1.${Number(arc) - 40}`
  return `2.${typeof arc === 'bigint' ? arc - 80n : arc - 80}`
}

/** Seven more bits; as a bigint once a number cannot hold them. */
function append(arc: number | bigint, bits: number): number | bigint {
  if (typeof arc === 'bigint') return (arc << 7n) | BigInt(bits)
  return arc < 2 ** 46 ? arc * 128 + bits : append(BigInt(arc), bits)
}
