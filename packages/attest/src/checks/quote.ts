/** Of a quote's form. Code → what is proved. */
export const quoteChecks = {
  'quote/version': 'the quote is of version 3, 4 or 5',
  'quote/tee': 'the quote is of SGX or TDX, and its body too',
  'quote/key-type': 'the attestation key is a P-256 key',
  'quote/body-size': "the quote's body has the size of its type",
  'quote/malformed': 'every length in the quote is within it',
  'quote/wrapping': "the quoting enclave's part is where it should be",
  'quote/unaccounted': 'every byte of the signature section is used',
  'quote/trailing': 'nothing but zeroes follows the quote',
  'quote/key': 'the attestation key lies on the curve',
  'quote/certification': 'the quote brings its certificate chain',
} as const
