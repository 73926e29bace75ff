import type { Family } from './explanation.ts'

const again = 'Fetch it again, from Intel or another cache: mse verify … --pccs URL.'
const lapsed = 'Fetch newer collateral. Caches that serve lapsed collateral have to be refreshed by their keeper.'
const clock = "Check this machine's clock."

/** What Intel says about platforms: revocation lists, TCB info, QE identity. */
export const collateral: Family = {
  'crl/ca': [
    'The authority that issued the platform certificate has been revoked, or the root itself.',
    'Do not trust this platform.',
  ],
  'crl/critical': [
    'The revocation list is a part of one, or has a critical extension that the verifier does not know.',
    again,
  ],
  'crl/expired': ['The revocation list has expired; a newer one may revoke this platform.', lapsed],
  'crl/issuer': ['The revocation list is that of another authority.', again],
  'crl/malformed': ['The revocation list is empty, cut short or otherwise not one.', again],
  'crl/missing': ['A revocation list is missing, and what is not there could have revoked the platform.', again],
  'crl/not-yet-valid': ['The revocation list is not valid yet.', clock],
  'crl/pck': [
    "This platform's certificate has been revoked: its keys may be in other hands.",
    'Do not trust this platform.',
  ],
  'crl/repeated': ['An extension stands twice in the revocation list.', again],
  'crl/signature': ['The revocation list is not signed by its authority: anybody could have written it.', again],
  'crl/signer': ['The signer of the collateral has been revoked.', again],
  'qe-identity/envelope': ['The QE identity is not one JSON document with one signature.', again],
  'qe-identity/expired': ['The QE identity has expired.', lapsed],
  'qe-identity/kind': ['The identity is that of another enclave than the one that quotes on this TEE.', again],
  'qe-identity/malformed': ['The QE identity lacks something, or has something of the wrong kind.', again],
  'qe-identity/not-yet-valid': ['The QE identity is not valid yet.', clock],
  'qe-identity/repeated': ['A name or level stands twice in the QE identity.', again],
  'qe-identity/signature': ['The QE identity is not signed by its signer.', again],
  'qe-identity/signature-form': ["The QE identity's signature is not 64 bytes in hexadecimal.", again],
  'qe-identity/version': ['The QE identity is of a version that is not known.', 'A newer version needs a newer mse.'],
  'tcb-info/envelope': ['The TCB info is not one JSON document with one signature.', again],
  'tcb-info/expired': ['The TCB info has expired; a newer one may call this platform out of date.', lapsed],
  'tcb-info/fmspc': ['The TCB info is about another family of platforms.', again],
  'tcb-info/kind': ['The TCB info is about another TEE: SGX in place of TDX, or the other way round.', again],
  'tcb-info/malformed': ['The TCB info lacks something, or has something of the wrong kind.', again],
  'tcb-info/not-yet-valid': ['The TCB info is not valid yet.', clock],
  'tcb-info/pceid': ['The TCB info is about platforms with another provisioning enclave.', again],
  'tcb-info/repeated': ['A name or level stands twice in the TCB info.', again],
  'tcb-info/signature': ['The TCB info is not signed by its signer.', again],
  'tcb-info/signature-form': ["The TCB info's signature is not 64 bytes in hexadecimal.", again],
  'tcb-info/type': [
    'The levels of the TCB info are to be compared in a way that is not known.',
    'A newer type needs a newer mse.',
  ],
  'tcb-info/version': ['The TCB info is of a version that is not known.', 'A newer version needs a newer mse.'],
}
