/** Of what the versions of a platform come to. Code → what is proved. */
export const tcbChecks = {
  'quote/qe-level': 'Intel knows this version of the quoting enclave',
  'tcb/module': 'Intel knows this version of the TDX module',
  'tcb/module-signer': 'the TDX module is signed as it should be',
  'tcb/module-attributes': "the TDX module's attributes are as they should be",
  'tcb/level': 'Intel knows this level of the platform',
  'tcb/module-level': 'Intel knows this level of the TDX module',
  'tcb/revoked': 'no part of the platform is revoked',
} as const
