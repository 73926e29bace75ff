/** Of the quoting enclave, and its signature. Code → what is proved. */
export const quotingEnclaveChecks = {
  'quote/qe-signature': "the platform key signed the quoting enclave's report",
  'quote/qe-binding': 'the quoting enclave vouches for the attestation key',
  'quote/qe-binding-rest': 'the quoting enclave vouches for nothing else',
  'quote/qe-debug': 'the quoting enclave cannot be debugged',
  'quote/qe-signer': "the quoting enclave is signed by Intel's signer",
  'quote/qe-product': 'the quoting enclave is the product that it should be',
  'quote/qe-miscselect': "the quoting enclave's MISCSELECT is as it should be",
  'quote/qe-attributes': "the quoting enclave's attributes are as they should be",
  'quote/signature': 'the quote is signed by the attestation key',
} as const
