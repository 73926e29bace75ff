import { fromHex } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { readText, scanObject } from '../json/scan.ts'
import { toText } from '../utf8.ts'

/** A signed document of Intel in its wire form, cut open and not read. */
export interface SignedDocument {
  /** The bytes of the signed member, exactly as they were received. */
  readonly signed: Uint8Array
  /** r ‖ s, 64 bytes; undefined if it is anything but 128 hex digits. */
  readonly signature: Uint8Array | undefined
  /** A name that stands twice in one object. */
  readonly repeated: string | undefined
}

/**
 * Cuts `{"<member>":{…},"signature":"…"}` open. Exactly these two members.
 *
 * @throws FormatError
 */
export function readSignedDocument(bytes: Uint8Array, member: string): SignedDocument {
  const { members, repeated } = scanObject(bytes)
  const signed = members.get(member)
  const signature = members.get('signature')
  if (signed === undefined || signature === undefined || members.size !== 2)
    throw new FormatError(`its members are not "${member}" and "signature"`)
  const hex = readText(signature)
  return { signed, signature: /^[0-9A-Fa-f]{128}$/.test(hex) ? fromHex(hex) : undefined, repeated }
}

/**
 * The signed member as a value. For what signature has been judged.
 *
 * @throws FormatError
 */
export function parseSigned({ signed }: SignedDocument): unknown {
  try {
    return JSON.parse(toText(signed, 'not UTF-8'))
  } catch {
    throw new FormatError('not JSON')
  }
}
