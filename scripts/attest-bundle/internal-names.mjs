/**
 * Names of members that never leave the verifier, and may be any letter in the bundle. No name of a declaration that callers see
 * and none that WebCrypto or JSON knows is among them; tests/attest-bundle.test.ts compares what both forms of the verifier say.
 */
export const internalNames = `
  aside aspect atEnd attestationKey attestationKeyHash attributesMask authority basicConstraints basis bits bodySize bodyStart
  bodyType bytes cachedKeys caIsSigned caKey carrier certificates certificateSign certification children claims commonName
  components configuration content contentStart cpuSvn crlSign ders digitalSignature encoded end ends endsInZeroes envelope
  examination expired extensions facts family header holds identity info isEscaped isSelfSigned isSigned issueDate issuer issues
  items judge keep keyBits keyHash keyIsBound keyType keyUsage kind lacksCrl leaf leafIsKnown leafIsSigned leafKey left
  legacyReport levels major meanwhile miscSelectMask modules mrsigner needsCollateral notBefore object objects pass
  passDecoded pathLength pceSvn pck pckCrlIsSigned pcks platforms point proven publicKey qeAuthentication qeIdentityDocument
  qeIdentityIsSigned qeIsvSvn qeReport qeReportIsSigned qeSignature qeSigned qeSigner qeSignerIsSigned quoteIsSigned
  quotingEnclave raTls refusal repeated require requireAll rest revoked rootCrl rootCrlIsSigned rootForTesting rootIsSigned
  rootKey seamAttributes serial sgxType signature signatureAlgorithm signatureBits signed signers signersEnd space spki start
  subject subjectAltName tag take takeAny takeIf tcbInfoDocument tcbInfoIsSigned tcbSigner tcbSignerIsSigned tdxComponents
  teeTcbSvn teeTcbSvn2 teeType thisUpdate title u16 u32 unaccounted unwrap vendorId version within word
`.match(/\w+/g)
