import { sha256 } from '../crypto.ts'
import { authority, issueCertificate, keyIdentifiers, usage, type CertificateFields } from './certificate-writer.ts'
import { exportPoint, generateKey } from './keys.ts'
import { pckExtension, type PckFields } from './pck-extension.ts'

/** What shall be wrong with a platform's certificates: fields that replace the right ones before signing. */
export interface OddPlatform {
  readonly pck?: Partial<CertificateFields>
  readonly ca?: Partial<CertificateFields>
  readonly root?: Partial<CertificateFields>
}

export interface Issued {
  /** PCK certificate, its CA, the root; DER. */
  readonly certificates: readonly Uint8Array[]
  readonly keys: IntelKeys
}

/** The keys of what plays Intel. */
export interface IntelKeys {
  readonly root: CryptoKeyPair
  readonly ca: CryptoKeyPair
  readonly pck: CryptoKeyPair
}

/** The common names of a platform's certificates. */
export interface PlatformNames {
  readonly root: string
  readonly ca: string
  readonly pck: string
}

/** The names that a software enclave's certificates bear (spec/4-evidence.md). */
const softwareNames: PlatformNames = {
  root: 'mse software enclave root',
  ca: 'mse software enclave platform CA',
  pck: 'mse software enclave PCK',
}

const day = 86_400_000

/** Issues root, platform CA and PCK certificate under new keys. */
export async function issuePlatform(
  now: Date,
  odd: OddPlatform,
  names: PlatformNames = softwareNames,
  pckFields: PckFields = {},
): Promise<Issued> {
  const [root, ca, pck] = await Promise.all([generateKey(), generateKey(), generateKey()])
  const notBefore = new Date(now.getTime() - day)
  const identity = await sha256(await exportPoint(pck.publicKey))

  const certificates = await Promise.all([
    issueCertificate({
      subject: names.pck,
      issuer: names.ca,
      notBefore,
      notAfter: yearsAfter(now, 7),
      publicKey: pck.publicKey,
      signedBy: ca.privateKey,
      extensions: [
        ...(await keyIdentifiers(pck.publicKey, ca.publicKey)),
        usage('signer'),
        authority(false),
        pckExtension(identity, pckFields),
      ],
      ...odd.pck,
    }),
    issueCertificate({
      subject: names.ca,
      issuer: names.root,
      notBefore,
      notAfter: yearsAfter(now, 10),
      publicKey: ca.publicKey,
      signedBy: root.privateKey,
      extensions: [...(await keyIdentifiers(ca.publicKey, root.publicKey)), usage('issuer'), authority(true, 0)],
      ...odd.ca,
    }),
    issueCertificate({
      subject: names.root,
      issuer: names.root,
      notBefore,
      notAfter: yearsAfter(now, 10),
      publicKey: root.publicKey,
      signedBy: root.privateKey,
      extensions: [...(await keyIdentifiers(root.publicKey, root.publicKey)), usage('issuer'), authority(true, 1)],
      ...odd.root,
    }),
  ])
  return { certificates, keys: { pck, ca, root } }
}

function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date)
  later.setUTCFullYear(later.getUTCFullYear() + years)
  return later
}
