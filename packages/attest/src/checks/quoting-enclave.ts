/** Of the quoting enclave, and its signature. Code → [what is proved, what to say when it is refused]. */
export const quotingEnclaveChecks = {
  'quote/qe-signature': [
    "the platform key signed the quoting enclave's report",
    "the quoting enclave's report is not signed by the platform key",
  ],
  'quote/qe-binding': [
    'the quoting enclave vouches for the attestation key',
    'the quoting enclave vouches for another attestation key',
  ],
  'quote/qe-binding-rest': [
    'and for nothing else',
    'the quoting enclave vouches for something more than the attestation key',
  ],
  'quote/qe-debug': ['the quoting enclave cannot be debugged', 'the quoting enclave is a debug enclave'],
  'quote/qe-signer': ["the quoting enclave is signed by Intel's signer", 'the quoting enclave is of another signer'],
  'quote/qe-product': ['it is the product that it should be', 'the quoting enclave is another product'],
  'quote/qe-miscselect': ['its MISCSELECT is as it should be', 'the quoting enclave has another MISCSELECT'],
  'quote/qe-attributes': ['its attributes are as they should be', 'the quoting enclave has other attributes'],
  'quote/signature': ['the quote is signed by the attestation key', 'the quote is not signed by the attestation key'],
} as const
