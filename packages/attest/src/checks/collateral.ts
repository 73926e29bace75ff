/** Of who signed the collateral, and of revocation. Code → [what is proved, what to say when it is refused]. */
export const collateralChecks = {
  'collateral/missing': [
    'there is collateral: what Intel says about the platform',
    'collateral is missing, without which nobody knows whether the platform can still be trusted',
  ],
  'signer/malformed': [
    'the signer of the collateral comes with its root',
    'the chain of the signer of the collateral is malformed',
  ],
  'signer/repeated': [
    "no extension stands twice in the signer's chain",
    "an extension stands twice in the signer's chain",
  ],
  'signer/critical': [
    "no critical extension of the signer's chain is unknown",
    "the signer's chain has a critical extension that is not known",
  ],
  'signer/root': ["its root is the quote's root", "the collateral's signer has another root than the quote"],
  'signer/issuer': ['the signer names the root as its issuer', 'the signer names another issuer'],
  'signer/signature': ['the root signed the signer', 'the root did not sign the signer'],
  'signer/authority': ['the signer may not issue', 'the signer of the collateral is wrong about being an issuer'],
  'signer/key-usage': ['its key is for signing', 'the key of the signer is for something else'],
  'signer/role': [
    'it is the TCB signing certificate',
    'the collateral was signed by another certificate than the one for it',
  ],
  'signer/not-yet-valid': ['the signer is valid already', 'the signer of the collateral is not valid yet'],
  'signer/expired': ['the signer is valid still', 'the signer of the collateral has expired'],
  'crl/missing': ['there are both revocation lists', 'a revocation list is missing'],
  'crl/malformed': ['both revocation lists are well-formed', 'a revocation list is malformed'],
  'crl/repeated': ['no extension stands twice in them', 'an extension stands twice in a revocation list'],
  'crl/critical': ['they are whole lists', 'a revocation list is a part of one, or has a critical extension'],
  'crl/issuer': ['each is of the issuer that it should be of', 'a revocation list is of another issuer'],
  'crl/signature': ['each is signed by its issuer', 'a revocation list is not signed by its issuer'],
  'crl/not-yet-valid': ['they are valid already', 'a revocation list is not valid yet'],
  'crl/expired': ['they are valid still', 'a revocation list has expired'],
  'crl/pck': ['the PCK certificate is not revoked', 'the PCK certificate has been revoked'],
  'crl/ca': ['its CA is not revoked', 'the CA of the PCK certificate has been revoked'],
  'crl/signer': ['the signer of the collateral is not revoked', 'the signer of the collateral has been revoked'],
} as const
