import { ascii } from '../bytes.ts'
import { platforms } from '../platform.ts'
import { authority, extension, issueCertificate, usage, type CertificateFields } from './certificate-writer.ts'
import { der, oid, sequence } from './der-writer.ts'

/** What a launcher's certificate is made of. */
export interface RaTlsFields {
  /** The raw quote. */
  readonly quote: Uint8Array
  readonly tlsKey: CryptoKeyPair
  /** The application's name. */
  readonly commonName: string
  /** DNS names and IPv4 addresses. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Of the extension that carries the quote; the software enclave's if not given. */
  readonly oid?: string
  /** Makes the extension's value of the quote; it is the quote if not given. */
  readonly wrap?: (quote: Uint8Array) => Uint8Array
  /** What shall be wrong with it, for tests of refusals. */
  readonly odd?: Partial<CertificateFields>
}

/** The self-signed certificate of an enclave, as the launcher makes it (spec/4-evidence.md); DER. */
export async function raTlsCertificate(fields: RaTlsFields): Promise<Uint8Array<ArrayBuffer>> {
  return issueCertificate({
    subject: fields.commonName,
    issuer: fields.commonName,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    publicKey: fields.tlsKey.publicKey,
    signedBy: fields.tlsKey.privateKey,
    extensions: [
      authority(false),
      usage('signer'),
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', sequence(...fields.names.map(generalName))),
      extension(fields.oid ?? platforms.software.oid, fields.wrap?.(fields.quote) ?? fields.quote),
    ],
    ...fields.odd,
  })
}

function generalName(name: string): Uint8Array {
  return /^\d+(\.\d+){3}$/.test(name) ? der(0x87, Uint8Array.from(name.split('.'), Number)) : der(0x82, ascii(name))
}
