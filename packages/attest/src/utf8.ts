import { FormatError } from './error.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Text of UTF-8 without a byte order mark: one starts the text like any other character.
 *
 * @param otherwise what to say of other bytes
 * @throws FormatError
 */
export function toText(bytes: Uint8Array, otherwise: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new FormatError(otherwise)
  }
}
