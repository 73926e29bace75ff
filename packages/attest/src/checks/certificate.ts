/** Of what the quote says about the certificate that carries it. Code → what is proved. */
export const certificateChecks = {
  'evidence/oid': 'the OID is one of the platform',
  'certificate/signature': 'the certificate is signed by its own key',
  'certificate/validity': 'the certificate is valid now',
  'certificate/key-strength': "the certificate's key is strong enough",
  'certificate/key-binding': "the enclave vouches for the certificate's key",
  'certificate/report-data': 'the report says nothing that its scheme does not define',
} as const
