/** Of what was asked for. Code → [what is proved, what to say when it is refused]. */
export const policyChecks = {
  'policy/platform': [
    'the platform is the one that the policy asks for',
    'the platform is not the one that the policy asks for',
  ],
  'policy/debug': ['debugging is as the policy demands', 'the enclave is a debug enclave, which the policy refuses'],
  'policy/measurement': [
    'the measurement is one that the policy accepts',
    'the policy does not accept this measurement',
  ],
  'policy/signer': ['the signer is one that the policy accepts', 'the policy does not accept this signer'],
  'policy/isv-prod-id': ['the product is one that the policy accepts', 'the policy does not accept this ISVPRODID'],
  'policy/isv-svn-minimum': ['the version is high enough for the policy', 'ISVSVN is below what the policy demands'],
  'policy/attributes': ['the attributes are as the policy demands', 'the policy does not accept these attributes'],
  'policy/config-id': ['CONFIGID is one that the policy accepts', 'the policy does not accept this CONFIGID'],
  'policy/mrtd': ['MRTD is one that the policy accepts', 'the policy does not accept this MRTD'],
  'policy/rtmr0': ['RTMR0 is one that the policy accepts', 'the policy does not accept this RTMR0'],
  'policy/rtmr1': ['RTMR1 is one that the policy accepts', 'the policy does not accept this RTMR1'],
  'policy/rtmr2': ['RTMR2 is one that the policy accepts', 'the policy does not accept this RTMR2'],
  'policy/rtmr3': ['RTMR3 is one that the policy accepts', 'the policy does not accept this RTMR3'],
  'policy/mrseam': ['MRSEAM is one that the policy accepts', 'the policy does not accept this MRSEAM'],
  'policy/mrsignerseam': [
    'MRSIGNERSEAM is one that the policy accepts',
    'the policy does not accept this MRSIGNERSEAM',
  ],
  'policy/mrconfigid': ['MRCONFIGID is one that the policy accepts', 'the policy does not accept this MRCONFIGID'],
  'policy/mrowner': ['MROWNER is one that the policy accepts', 'the policy does not accept this MROWNER'],
  'policy/mrownerconfig': [
    'MROWNERCONFIG is one that the policy accepts',
    'the policy does not accept this MROWNERCONFIG',
  ],
  'policy/mrservicetd': ['MRSERVICETD is one that the policy accepts', 'the policy does not accept this MRSERVICETD'],
  'policy/td-attributes': [
    'the TD attributes are as the policy demands',
    'the policy does not accept these TD attributes',
  ],
  'policy/xfam': ['XFAM is as the policy demands', 'the policy does not accept this XFAM'],
  'policy/tcb-statuses': [
    'the TCB status is one that the policy accepts',
    'the policy does not accept this TCB status',
  ],
  'policy/advisories': [
    'the policy accepts every advisory',
    'the policy does not accept every advisory about this platform',
  ],
  'policy/tcb-evaluation-number-minimum': [
    'the collateral is new enough for the policy',
    'the collateral is of an older TCB evaluation than the policy demands',
  ],
  'policy/tcb-info-versions': [
    'TCB info is of a version that the policy accepts',
    'the policy does not accept TCB info of this version',
  ],
  'policy/fmspc': ['the FMSPC is one that the policy accepts', 'the policy does not accept this FMSPC'],
  'policy/ppid': ['the PPID is one that the policy accepts', 'the policy does not accept this PPID'],
  'policy/platform-instance': [
    'the platform instance is one that the policy accepts',
    'the policy does not accept this platform instance',
  ],
} as const
