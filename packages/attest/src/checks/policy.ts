/** Of what was asked for. Code → what the policy accepts, if it is proved. */
const accepted = {
  'policy/platform': 'the platform',
  'policy/debug': 'whether it can be debugged',
  'policy/measurement': 'the measurement',
  'policy/signer': 'the signer',
  'policy/isv-prod-id': 'the ISVPRODID',
  'policy/isv-svn-minimum': 'the ISVSVN',
  'policy/attributes': 'the attributes',
  'policy/config-id': 'the CONFIGID',
  'policy/mrtd': 'the MRTD',
  'policy/rtmr0': 'the RTMR0',
  'policy/rtmr1': 'the RTMR1',
  'policy/rtmr2': 'the RTMR2',
  'policy/rtmr3': 'the RTMR3',
  'policy/mrseam': 'the MRSEAM',
  'policy/mrsignerseam': 'the MRSIGNERSEAM',
  'policy/mrconfigid': 'the MRCONFIGID',
  'policy/mrowner': 'the MROWNER',
  'policy/mrownerconfig': 'the MROWNERCONFIG',
  'policy/mrservicetd': 'the MRSERVICETD',
  'policy/td-attributes': 'the TD attributes',
  'policy/xfam': 'the XFAM',
  'policy/tcb-statuses': 'the TCB status',
  'policy/advisories': 'every advisory about the platform',
  'policy/tcb-evaluation-number-minimum': 'the TCB evaluation number of the collateral',
  'policy/tcb-info-versions': 'the version of TCB info',
  'policy/fmspc': 'the FMSPC',
  'policy/ppid': 'the PPID',
  'policy/platform-instance': 'the platform instance',
} as const

export type PolicyCheck = keyof typeof accepted

export const policyChecks = Object.fromEntries(
  Object.entries(accepted).map(([code, what]) => [code, `the policy accepts ${what}`]),
) as Readonly<Record<PolicyCheck, string>>
