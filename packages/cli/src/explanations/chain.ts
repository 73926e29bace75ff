import type { Family } from './explanation.ts'

const forged = 'Do not trust this enclave. Certificates of Intel do not look like this.'
const collateral = 'Fetch the collateral again, from Intel or another cache: mse verify … --pccs URL.'
const clocks = "Check this machine's clock. If it is right, the platform has to get new certificates."

/** Who vouches for the platform (PCK chain), and who signs the collateral (TCB signer). */
export const chain: Family = {
  'chain/authority': ['A certificate that issues may not, or the platform certificate claims that it may.', forged],
  'chain/critical': [
    'A certificate of the chain has a critical extension that the verifier does not know, so it must not be accepted.',
    forged,
  ],
  'chain/expired': ['A certificate of the chain has expired.', clocks],
  'chain/issuer': ['A certificate names another issuer than the next one of the chain.', forged],
  'chain/key-usage': ['A key of the chain signs what it was not issued for.', forged],
  'chain/malformed': ['A certificate of the chain is not well-formed.', forged],
  'chain/not-yet-valid': ['A certificate of the chain is not valid yet.', "Check this machine's clock."],
  'chain/path-length': ['An issuer stands above more certificates than it allows.', forged],
  'chain/repeated': ['An extension stands twice in a certificate, so that two readers may see two things.', forged],
  'chain/role': ['A certificate of the chain has the name of another place in it.', forged],
  'chain/root': [
    'The chain ends in a root that nobody pinned: neither that of Intel nor a software root that the policy names.',
    'A software enclave: add its root to software_roots of a policy that names the platform software, if you trust its keeper. Otherwise do not trust it.',
  ],
  'chain/signature': ['A certificate is not signed by the one that it names.', forged],
  'pck/cpusvn': ['The platform certificate gives two lists of security versions that differ.', forged],
  'pck/extension': ['The platform certificate does not say which platform it is for, or says it twice.', forged],
  'pck/number': ['A security version in the platform certificate is negative or too large.', forged],
  'signer/authority': ['The signer of the collateral claims to be an issuer, or its issuer is none.', collateral],
  'signer/critical': ["The signer's chain has a critical extension that the verifier does not know.", collateral],
  'signer/expired': ['The certificate of the signer of the collateral has expired.', collateral],
  'signer/issuer': ['The signer of the collateral names another issuer than the root.', collateral],
  'signer/key-usage': ['The key of the signer of the collateral is for something else.', collateral],
  'signer/malformed': ['The chain that came with the collateral is not its signer and the root.', collateral],
  'signer/not-yet-valid': ['The signer of the collateral is not valid yet.', "Check this machine's clock."],
  'signer/repeated': ["An extension stands twice in the signer's chain.", collateral],
  'signer/role': [
    "The collateral was signed by another certificate than Intel's for TCB signing. A stolen platform key could do that.",
    collateral,
  ],
  'signer/root': ['The collateral leads to another root than the quote.', collateral],
  'signer/signature': ['The root did not sign the signer of the collateral.', collateral],
}
