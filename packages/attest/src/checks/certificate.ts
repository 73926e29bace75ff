/** Of what the quote says about the certificate that carries it. Code → [what is proved, what to say when it is refused]. */
export const certificateChecks = {
  'evidence/oid': ['the OID is one of the platform', 'the OID is of another platform'],
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
} as const
