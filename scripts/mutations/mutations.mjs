// Single changes of genuine evidence, each of which has to be refused: every bit of a quote, and the lowest bit of every byte of
// what Intel signs (a higher bit may turn a hex digit of a signature into the same digit in upper case).

const members = ['tcbInfo', 'tcbInfoIssuerChain', 'qeIdentity', 'qeIdentityIssuerChain', 'pckCrl', 'rootCaCrl']

/** @returns every change of one case as { part, place } */
export function* changesOf({ quote, collateral }) {
  for (let bit = 0; bit < quote.length * 8; bit += 1) yield { part: 'quote', place: bit }
  for (const part of members) {
    for (let byte = 0; byte < collateral[part].length; byte += 1) yield { part, place: byte * 8 }
  }
}

/** @returns the case with one bit changed */
export function change(given, { part, place }) {
  if (part === 'quote') return { ...given, quote: flip(given.quote, place) }
  const value = given.collateral[part]
  const changed =
    typeof value === 'string'
      ? new TextDecoder('latin1').decode(flip(new TextEncoder().encode(value), place))
      : flip(value, place)
  return { ...given, collateral: { ...given.collateral, [part]: changed } }
}

function flip(bytes, place) {
  const flipped = bytes.slice()
  flipped[place >> 3] ^= 1 << (place & 7)
  return flipped
}
