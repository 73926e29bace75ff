import type { Family } from './explanation.ts'

const other =
  'Find out why it differs before you change the policy: another version of the application, or another application.'
const platform = 'Ask its operator whether it is the machine that you expect, before you change the policy.'
const td =
  'The machine was started with another firmware, kernel or configuration. Find out which, before you change the policy.'

/** Genuine, and not what was asked for. */
export const policy: Family = {
  'policy/software-root': [
    'A software enclave runs on the machine of somebody else, and no policy of yours names the root of its platform.',
    'If you believe the keeper of that machine, get the file that `mse operator policy` prints there, and give it as --policy.',
  ],
  'policy/advisories': [
    'A security advisory applies to the platform, and the policy does not accept it by name.',
    'Read the advisory. Accept it by name only if it does not concern you.',
  ],
  'policy/attributes': ["The enclave's ATTRIBUTES are not what the policy demands.", other],
  'policy/config-id': ["The enclave's CONFIGID is not what the policy demands.", other],
  'policy/debug': [
    'It is a debug enclave: whoever runs it can read everything inside.',
    'Never send a secret to it. Policies for development may say debug = "any".',
  ],
  'policy/fmspc': ['The platform is of another family than the policy demands.', platform],
  'policy/isv-prod-id': ["The enclave's ISVPRODID is not what the policy demands.", other],
  'policy/isv-svn-minimum': [
    'The enclave has a lower security version than the policy demands: an old release.',
    'Have the current release deployed.',
  ],
  'policy/malformed': [
    'The policy file is not a policy. Every member has to be there; "any" is written out.',
    'Compare it with spec 4; mse deploy writes a complete one.',
  ],
  'policy/measurement': ['Other code runs there than the policy names.', other],
  'policy/mrconfigid': ['MRCONFIGID of the trust domain is not what the policy demands.', td],
  'policy/mrowner': ['MROWNER of the trust domain is not what the policy demands.', td],
  'policy/mrownerconfig': ['MROWNERCONFIG of the trust domain is not what the policy demands.', td],
  'policy/mrseam': ['The TDX module is not one that the policy names.', td],
  'policy/mrservicetd': ['The service trust domain is not what the policy demands.', td],
  'policy/mrsignerseam': ['The signer of the TDX module is not what the policy demands.', td],
  'policy/mrtd': ['The initial memory of the trust domain is not what the policy names.', td],
  'policy/platform': [
    'The enclave runs on another kind of platform than the policy names. A software enclave never satisfies a policy for hardware.',
    'If you mean a software enclave, give a policy that names it and its root. Otherwise do not trust it.',
  ],
  'policy/platform-instance': ['It is another machine than the one that the policy names.', platform],
  'policy/ppid': ['It is another processor than the one that the policy names.', platform],
  'policy/required': [
    'The evidence is genuine, and nobody said what it should be evidence of.',
    'Get the policy from the owner of the application: --policy FILE.',
  ],
  'policy/rtmr0': ['RTMR0 (the configuration of the virtual machine) is not what the policy names.', td],
  'policy/rtmr1': ['RTMR1 (boot loader and kernel) is not what the policy names.', td],
  'policy/rtmr2': ['RTMR2 (the command line of the kernel, the initial file system) is not what the policy names.', td],
  'policy/rtmr3': ['RTMR3 (what the application extended) is not what the policy names.', td],
  'policy/signer': ['The enclave is signed by another key than the policy names.', other],
  'policy/tcb-evaluation-number-minimum': [
    'The collateral is of an older evaluation than the policy demands: flaws found since are not in it.',
    'Fetch newer collateral.',
  ],
  'policy/tcb-info-versions': [
    'The TCB info is of a version that the policy does not accept. Version 2 ended years ago.',
    'Fetch current collateral.',
  ],
  'policy/tcb-statuses': [
    'The platform is not up to date, or wants a configuration, and the policy does not accept this status.',
    'Its operator has to update it. Accept a weaker status only for a reason that you can name.',
  ],
  'policy/td-attributes': ['The attributes of the trust domain are not what the policy demands.', td],
  'policy/xfam': ["The trust domain's XFAM is not what the policy demands.", td],
}
