/** Of the certificate that evidence is, before its quote is looked at. Code → [what is proved, what to say when it is refused]. */
export const evidenceChecks = {
  'evidence/malformed': ['the certificate is one well-formed certificate', 'the evidence is malformed'],
  'evidence/no-quote': ['the certificate carries one quote', 'the certificate does not carry exactly one quote'],
  'evidence/scheme': [
    'the way in which the quote is carried is known',
    'the certificate carries evidence in a way that is not read',
  ],
  'evidence/wrapper': ['what is around the quote is well-formed', 'what is around the quote is malformed'],
  'evidence/claims': ['the claims name the hash of one key', 'the claims do not name the hash of one key'],
} as const
