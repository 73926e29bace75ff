/** Base64 without padding, as the header of an age file has it (https://age-encryption.org/v1, "Conventions"). */
export function encodeUnpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/** The bytes of unpadded base64 in its one canonical spelling, or undefined. */
export function decodeUnpadded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return encodeUnpadded(bytes) === text ? bytes : undefined
}
