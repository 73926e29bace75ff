/** Of what the versions of a platform come to. Code → [what is proved, what to say when it is refused]. */
export const tcbChecks = {
  'quote/qe-level': [
    'Intel knows this version of the quoting enclave',
    'the quoting enclave is older than any that Intel knows',
  ],
  'tcb/module': ['Intel knows this version of the TDX module', 'Intel does not know this version of the TDX module'],
  'tcb/module-signer': ['the TDX module is signed as it should be', 'the TDX module is of another signer'],
  'tcb/module-attributes': ['its attributes are as they should be', 'the TDX module has other attributes'],
  'tcb/level': ['Intel knows this level of the platform', 'the platform is older than any that Intel knows'],
  'tcb/module-level': ['Intel knows this level of the TDX module', 'the TDX module is older than any that Intel knows'],
  'tcb/revoked': [
    'no part of the platform is revoked',
    'Intel has revoked the platform, its quoting enclave or its TDX module',
  ],
} as const
