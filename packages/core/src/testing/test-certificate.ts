import { certificateToPem } from '@mse/attest'
import { authority, extension, generateKey, issueCertificate, usage } from '@mse/attest/testing'

const day = 86_400_000

/** A TLS certificate for `localhost` and the authority that issued it, both new; PEM. */
export async function testCertificate(): Promise<{
  readonly key: string
  readonly certificate: string
  readonly authority: string
}> {
  const [above, own] = await Promise.all([generateKey(), generateKey()])
  const dates = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) }
  const root = await issueCertificate({
    ...dates,
    subject: 'test authority',
    issuer: 'test authority',
    publicKey: above.publicKey,
    signedBy: above.privateKey,
    extensions: [usage('issuer'), authority(true)],
  })
  // GeneralNames of one dNSName.
  const names = Uint8Array.of(0x30, 0x0b, 0x82, 0x09, ...Buffer.from('localhost'))
  const leaf = await issueCertificate({
    ...dates,
    subject: 'localhost',
    issuer: 'test authority',
    publicKey: own.publicKey,
    signedBy: above.privateKey,
    extensions: [usage('signer'), authority(false), extension('2.5.29.17', names)],
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    certificate: certificateToPem(leaf),
    authority: certificateToPem(root),
  }
}
