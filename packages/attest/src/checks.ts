/** One thing that was looked at. */
export interface Check {
  /** A code of the table in spec/4-evidence.md. */
  readonly code: string
  /** What is proved when it passed, in one short sentence. */
  readonly title: string
  readonly outcome: 'passed' | 'failed'
  readonly detail?: string
}

/** Code → [what is proved, what to say when it is refused], in the order of judgement of spec/4-evidence.md. */
export const checks = {
  'evidence/malformed': ['the certificate is one well-formed certificate', 'the evidence is malformed'],
  'evidence/no-quote': ['the certificate carries one quote', 'the certificate does not carry exactly one quote'],
  'evidence/scheme': [
    'the way in which the quote is carried is known',
    'the certificate carries evidence in a way that is not read',
  ],
  'evidence/wrapper': ['what is around the quote is well-formed', 'what is around the quote is malformed'],
  'evidence/claims': ['the claims name the hash of one key', 'the claims do not name the hash of one key'],
  'quote/malformed': ['the quote is well-formed', 'the quote is malformed'],
  'quote/version': ['the quote is an SGX quote of version 3', 'the quote is not an SGX quote of version 3'],
  'quote/key-type': ['the attestation key is a P-256 key', 'the attestation key is not a P-256 key'],
  'quote/certification': [
    'the quote brings its certificate chain',
    'the quote does not bring a chain of three certificates',
  ],
  'chain/malformed': ['the chain is three well-formed certificates', 'a certificate of the chain is malformed'],
  'chain/root': ['the chain ends in a pinned root', 'the chain ends in a root that is not pinned'],
  'chain/issuer': ['each certificate names the next as its issuer', 'a certificate names another issuer than the next'],
  'chain/signature': ['each certificate is signed by the next', 'a certificate is not signed by the next'],
  'chain/validity': ['the chain is valid now', 'a certificate of the chain is not valid now'],
  'chain/role': [
    'issuers may issue, and the leaf is a platform key',
    'a certificate does not have the role that it plays',
  ],
  'quote/vendor': ["the quoting enclave is of the platform's vendor", 'the quoting enclave is of another platform'],
  'evidence/oid': ['the OID is one of the platform', 'the OID is of another platform'],
  'quote/qe-signature': [
    "the platform key signed the quoting enclave's report",
    "the quoting enclave's report is not signed by the platform key",
  ],
  'quote/qe-binding': [
    'the quoting enclave vouches for the attestation key',
    'the quoting enclave vouches for another attestation key',
  ],
  'quote/qe-debug': ['the quoting enclave cannot be debugged', 'the quoting enclave is a debug enclave'],
  'quote/signature': ['the quote is signed by the attestation key', 'the quote is not signed by the attestation key'],
  'certificate/signature': ['the certificate is signed by its own key', 'the certificate is not signed by its own key'],
  'certificate/validity': ['the certificate is valid now', 'the certificate is not valid now'],
  'certificate/key-strength': ["the certificate's key is strong enough", "the certificate's key is too weak"],
  'certificate/key-binding': [
    "the enclave vouches for the certificate's key",
    "the enclave does not vouch for the certificate's key",
  ],
  'certificate/report-data': [
    'the report says nothing that its scheme does not define',
    'the report says more than its scheme defines',
  ],
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
} as const

export type CheckCode = keyof typeof checks
