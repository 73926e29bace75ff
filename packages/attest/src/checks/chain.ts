/** Of the chain of a quote, and what its PCK certificate says. Code → what is proved. */
export const chainChecks = {
  'chain/malformed': 'the chain is three well-formed certificates',
  'chain/repeated': 'no extension stands twice in a certificate',
  'chain/critical': 'no critical extension is unknown',
  'chain/root': 'the chain ends in a pinned root',
  'chain/issuer': 'each certificate names the next as its issuer',
  'chain/signature': 'each certificate is signed by the next',
  'chain/authority': 'issuers may issue, and the leaf may not',
  'chain/path-length': 'no issuer has more below it than it allows',
  'chain/key-usage': 'each key is for what it does here',
  'chain/role': 'each certificate bears the name of its place',
  'chain/not-yet-valid': 'the chain is valid already',
  'chain/expired': 'the chain is valid still',
  'pck/extension': 'the PCK certificate describes its platform',
  'pck/number': 'every version in the PCK certificate is a number in range',
  'pck/cpusvn': 'the two lists of versions in the PCK certificate agree',
  'quote/vendor': "the quoting enclave is of the platform's vendor",
} as const
