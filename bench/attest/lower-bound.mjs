// What no verifier on node:crypto can avoid for one quote: 9 ECDSA verifications with keys that are ready, 4 certificates taken
// apart with their keys, 1 key import.
import { X509Certificate, createPublicKey, verify } from 'node:crypto'
import { Ledger, openQuote } from '@mse/attest/parts'

/** @returns a promise of a function that does all of it once; throws unless each signature is good */
export async function lowerBound({ quote, collateral }) {
  const { quote: parts, leaf, basis } = openQuote(new Ledger(), quote, { collateral })
  const { ca, root } = basis
  const { collateral: decoded } = await basis.proofs()
  const signer = decoded.tcbSigner().signer
  const keyOf = (point) => {
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => Buffer.from(part).toString('base64url'))
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  }
  const [rootKey, caKey, leafKey, signerKey, attestationKey] = [root, ca, leaf, signer]
    .map(({ point }) => point)
    .concat([parts.attestationKey])
    .map(keyOf)
  const signatures = [
    [rootKey, ca],
    [caKey, leaf],
    [rootKey, signer],
    [rootKey, decoded.rootCaCrl()],
    [caKey, decoded.pckCrl()],
    [signerKey, decoded.tcbInfoDocument()],
    [signerKey, decoded.qeIdentityDocument()],
    [leafKey, { signed: parts.qeSigned, signature: parts.qeSignature }],
    [attestationKey, { signed: parts.signed, signature: parts.signature }],
  ]
  const ders = [root, ca, leaf, signer].map(({ bytes }) => Buffer.from(bytes))
  return () => {
    for (const der of ders) void new X509Certificate(der).publicKey
    keyOf(parts.attestationKey)
    for (const [key, { signed, signature }] of signatures) {
      if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('a bad signature')
    }
  }
}
