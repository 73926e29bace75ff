import { FormatError } from './error.ts'

/** Base64 of RFC 4648 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function decode(text: string): string {
  try {
    return atob(text)
  } catch {
    throw new FormatError('not base64')
  }
}

/**
 * Reads base64 of RFC 4648: with padding, without white space, with zero unused bits, so that one value has one spelling.
 *
 * @throws FormatError
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = decode(text)
  // `atob` overlooks white space, missing padding and unused bits: they show in the length, and at the end.
  const whole = text.length === 4 * Math.ceil(binary.length / 3)
  if (!whole || !text.endsWith(btoa(binary.slice(-(binary.length % 3 || 3)))))
    throw new FormatError('not canonical base64')
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}
