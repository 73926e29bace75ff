/** Of the certificate that evidence is, before its quote is looked at. Code → what is proved. */
export const evidenceChecks = {
  'evidence/malformed': 'the certificate is one well-formed certificate',
  'evidence/no-quote': 'the certificate carries one quote',
  'evidence/scheme': 'the way in which the quote is carried is known',
  'evidence/wrapper': 'what is around the quote is well-formed',
  'evidence/claims': 'the claims name the hash of one key',
} as const
