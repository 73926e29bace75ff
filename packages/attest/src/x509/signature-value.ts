import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import { Fields, Tag } from './fields.ts'

/**
 * SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, §2.2.3) as r ‖ s, 64 bytes.
 *
 * @throws FormatError
 */
export function readSignatureValue(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const fields = new Fields(readDer(der), 'the signature')
  const raw = new Uint8Array(64)
  writeCoordinate(raw.subarray(0, 32), fields.take(Tag.integer))
  writeCoordinate(raw.subarray(32, 64), fields.take(Tag.integer))
  fields.end()
  return raw
}

function writeCoordinate(target: Uint8Array, { content }: DerValue): void {
  const magnitude = content[0] === 0 ? content.subarray(1) : content
  if ((content[0] ?? 0) >= 0x80 || magnitude.length > 32) throw new FormatError('the signature: a number out of range')
  target.set(magnitude, 32 - magnitude.length)
}
