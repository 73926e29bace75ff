// What a quote is made of. See ../ways.mjs.

/** File, text to take away, what to put in its place. */
export const quote = [
  [1, 'bounds on every length', 'quote/reader.ts', 'if (length > this.#bytes.length - this.#offset)', 'if (false)'],
  [2, 'versions 3, 4 and 5', 'quote/decode.ts', 'version >= 3 && version <= 5', 'true'],
  [2, 'version 3 is SGX alone', 'quote/layout.ts', 'teeType === 0x81 && version > 3', 'teeType === 0x81'],
  [2, 'TEE and body type agree', 'quote/decode.ts', 'body?.tee === tee', 'true'],
  [3, 'size of a body of version 5', 'quote/decode.ts', 'body?.size === layout.bodySize', 'true'],
  [4, 'attestation key type', 'quote/decode.ts', 'keyType === 2', 'true'],
  [5, 'QE vendor id', 'quote/judge.ts', 'quote.header.vendorId === expected', 'true'],
  [6, 'outer certification type 6', 'quote/quote.ts', 'if (type !== 6)', 'if (false)'],
  [7, 'certification type 5 alone', 'quote/certification.ts', 'if (type !== 5)', 'if (false)'],
  [
    8,
    'authentication data of any length',
    'quote/quote.ts',
    'certified.take(certified.u16())',
    'certified.take((certified.u16(), 32))',
  ],
  [9, 'bytes that no field accounts for', 'quote/decode.ts', 'quote.unaccounted === 0', 'true'],
  [
    10,
    'what follows the quote',
    'quote/decode.ts',
    "('quote/trailing', quote.endsInZeroes)",
    "('quote/trailing', true)",
  ],
  [
    10,
    'zero padding is tolerated',
    'quote/quote.ts',
    'endsInZeroes: isZero(quote.rest())',
    'endsInZeroes: quote.rest().length === 0',
  ],
  [11, 'CRLF in PEM', 'x509/pem.ts', "base64.replace(/[\\r\\n]/g, '')", "base64.replace(/\\n/g, '')"],
  [
    11,
    'a final NUL, or none',
    'quote/certification.ts',
    'data[data.length - 1] === 0 ? data.subarray(0, -1) : data',
    'data.subarray(0, -1)',
  ],
]
