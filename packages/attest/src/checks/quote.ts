/** Of a quote's form. Code → [what is proved, what to say when it is refused]. */
export const quoteChecks = {
  'quote/version': ['the quote is of version 3, 4 or 5', 'the quote is of another version than 3, 4 and 5'],
  'quote/tee': [
    'the quote is of SGX or TDX, and its body too',
    'the quote is of no TEE that its version and body agree on',
  ],
  'quote/key-type': ['the attestation key is a P-256 key', 'the attestation key is not a P-256 key'],
  'quote/body-size': ["the quote's body has the size of its type", "the quote's body has another size than its type"],
  'quote/malformed': ['every length in the quote is within it', 'the quote is malformed'],
  'quote/wrapping': [
    "the quoting enclave's part is where it should be",
    "the quoting enclave's part is not where it should be",
  ],
  'quote/unaccounted': ['every byte of the signature section is used', 'the signature section has bytes left over'],
  'quote/trailing': ['nothing but zeroes follows the quote', 'something follows the quote'],
  'quote/key': ['the attestation key lies on the curve', 'the attestation key is not a point of the curve'],
  'quote/certification': [
    'the quote brings its certificate chain',
    'the quote does not bring a chain of three certificates',
  ],
} as const
