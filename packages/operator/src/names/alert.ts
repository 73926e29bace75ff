/** What a refusal is in TLS (RFC 8446, §6.2): the number of an alert. Others are cut off without a word. */
const alerts: Readonly<Record<string, number>> = {
  'names/malformed': 50,
  'names/oversized': 50,
  'names/unreachable': 80,
  'names/none': 112,
  'names/unknown': 112,
}

/** A record with one fatal alert; undefined where none is sent. */
export function alertFor(code: string): Uint8Array | undefined {
  const number = alerts[code]
  return number === undefined ? undefined : Uint8Array.of(21, 3, 3, 0, 2, 2, number)
}
