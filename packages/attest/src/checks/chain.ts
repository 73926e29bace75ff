/** Of the chain of a quote, and what its PCK certificate says. Code → [what is proved, what to say when it is refused]. */
export const chainChecks = {
  'chain/malformed': ['the chain is three well-formed certificates', 'a certificate of the chain is malformed'],
  'chain/repeated': [
    'no extension stands twice in a certificate',
    'an extension stands twice in a certificate of the chain',
  ],
  'chain/critical': [
    'no critical extension is unknown',
    'a certificate of the chain has a critical extension that is not known',
  ],
  'chain/root': ['the chain ends in a pinned root', 'the chain ends in a root that is not pinned'],
  'chain/issuer': ['each certificate names the next as its issuer', 'a certificate names another issuer than the next'],
  'chain/signature': ['each certificate is signed by the next', 'a certificate is not signed by the next'],
  'chain/authority': [
    'issuers may issue, and the leaf may not',
    'a certificate of the chain is wrong about being an issuer',
  ],
  'chain/path-length': ['no issuer has more below it than it allows', 'an issuer has more below it than it allows'],
  'chain/key-usage': ['each key is for what it does here', 'a key of the chain is for something else'],
  'chain/role': ['each certificate bears the name of its place', 'a certificate bears the name of another place'],
  'chain/not-yet-valid': ['the chain is valid already', 'a certificate of the chain is not valid yet'],
  'chain/expired': ['the chain is valid still', 'a certificate of the chain has expired'],
  'pck/extension': [
    'the PCK certificate describes its platform',
    'the PCK certificate does not describe its platform well',
  ],
  'pck/number': ['every version in it is a number in range', 'a version in the PCK certificate is out of range'],
  'pck/cpusvn': ['its two lists of versions agree', 'the PCK certificate gives two different lists of versions'],
  'quote/vendor': ["the quoting enclave is of the platform's vendor", 'the quoting enclave is of another platform'],
} as const
