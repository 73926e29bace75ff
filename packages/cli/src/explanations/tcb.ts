import type { Family } from './explanation.ts'

const update = 'Its operator has to install current microcode, BIOS and TDX module; then launch again.'

/** Whether the platform is as new as it should be. */
export const tcb: Family = {
  'tcb/level': ['The platform is older than any level that Intel lists, so nothing is known about its flaws.', update],
  'tcb/module': ['Intel does not list this version of the TDX module.', update],
  'tcb/module-attributes': ['The TDX module has attributes that it must not have.', 'Do not trust this platform.'],
  'tcb/module-level': ['The TDX module is older than any that Intel lists.', update],
  'tcb/module-signer': ['The TDX module is signed by somebody else than Intel.', 'Do not trust this platform.'],
  'tcb/revoked': ['Intel has revoked this level of the platform. No policy can accept it.', update],
}
