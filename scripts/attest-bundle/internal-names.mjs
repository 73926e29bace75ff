/**
 * Names of members that never leave the verifier, and may be any letter in the bundle. No name of a declaration that callers see
 * and none that WebCrypto or JSON knows is among them; tests/attest-bundle.test.ts compares what both forms of the verifier say.
 */
export const internalNames = `
  aside atEnd attestationKey attestationKeyHash authority bodySize bodyStart bodyType caIsSigned caKey certificateSign certificates
  children claims commonName configuration content contentStart crlSign ders digitalSignature endsInZeroes envelope expired holds
  isEscaped isSelfSigned isSigned issues keyHash keyIsBound keyType keyUsage lacksCrl leafIsSigned levels miscSelectMask modules
  notBefore passDecoded pathLength pck pckCrlIsSigned publicKey qeAuthentication qeIdentityDocument qeIdentityIsSigned qeIsvSvn
  qeReport qeReportIsSigned qeSignature qeSigned qeSigner qeSignerIsSigned quoteIsSigned quotingEnclave refusal require requireAll
  revoked rootCrlIsSigned rootIsSigned rootKey seamAttributes serial sgxType signatureAlgorithm signatureBits signersEnd subject
  take takeAny takeIf tcbInfoDocument tcbInfoIsSigned tcbSigner tcbSignerIsSigned tdxComponents teeTcbSvn teeTcbSvn2 teeType
  thisUpdate unaccounted
`.match(/\w+/g)
