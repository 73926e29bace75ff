import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import { Fields } from './fields.ts'
import * as Tag from './tag.ts'

/**
 * SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, §2.2.3) as r ‖ s.
 *
 * @param length of r and of s: 32 bytes for P-256, 48 for P-384
 * @throws FormatError
 */
export function readSignatureValue(der: Uint8Array, length: 32 | 48 = 32): Uint8Array<ArrayBuffer> {
  const fields = new Fields(readDer(der), 'the signature')
  const raw = new Uint8Array(2 * length)
  writeCoordinate(raw.subarray(0, length), fields.take(Tag.integer))
  writeCoordinate(raw.subarray(length), fields.take(Tag.integer))
  fields.end()
  return raw
}

function writeCoordinate(target: Uint8Array, { content }: DerValue): void {
  const magnitude = content[0] === 0 ? content.subarray(1) : content
  if ((content[0] ?? 0) >= 0x80 || magnitude.length > target.length)
    throw new FormatError('the signature: a number out of range')
  target.set(magnitude, target.length - magnitude.length)
}
