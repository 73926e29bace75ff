/**
 * Names of members that never leave the verifier, and may be any letter in the bundle. No name of a declaration that callers see
 * and none that WebCrypto or JSON knows is among them; tests/attest-bundle.test.ts compares what both forms of the verifier say.
 */
export const internalNames = `
  aside atEnd attestationKey attestationKeyHash authority bodySize bodyStart bodyType caIsSigned caKey certificates
  certificateSign children claims commonName components configuration content contentStart crlSign ders digitalSignature
  endsInZeroes envelope expired extensions family holds isEscaped isSelfSigned isSigned issues judge keyHash keyIsBound keyType
  keyUsage lacksCrl leaf leafIsSigned levels miscSelectMask modules needsCollateral notBefore passDecoded pathLength pck
  pckCrlIsSigned place platforms publicKey qeAuthentication qeIdentityDocument qeIdentityIsSigned qeIsvSvn qeReport
  qeReportIsSigned qeSignature qeSigned qeSigner qeSignerIsSigned quoteIsSigned quotingEnclave raTls refusal require requireAll
  revoked rootCrlIsSigned rootIsSigned rootKey seamAttributes serial sgxType signatureAlgorithm signatureBits signersEnd space
  subject take takeAny takeIf tcbInfoDocument tcbInfoIsSigned tcbSigner tcbSignerIsSigned tdxComponents teeTcbSvn teeTcbSvn2
  teeType thisUpdate unaccounted vendorId within
`.match(/\w+/g)
