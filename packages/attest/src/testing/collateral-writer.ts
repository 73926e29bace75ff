import { ascii, concat, toHex } from '../bytes.ts'
import type { Collateral } from '../collateral/collateral.ts'
import { certificateToPem } from '../x509/pem.ts'
import { authority, issueCertificate, usage, type CertificateFields } from './certificate-writer.ts'
import { crlNumber, issueCrl, keyCompromise, type CrlFields } from './crl-writer.ts'
import type { IntelKeys } from './issue-platform.ts'
import { generateKey, sign } from './keys.ts'

/** A signed document in the making: as an object, as the text that is signed, as the text that is sent, and its signature. */
export interface OddDocument {
  readonly object?: (document: Readonly<Record<string, unknown>>) => unknown
  readonly text?: (text: string) => string
  readonly signature?: (hex: string) => string
  readonly signedBy?: CryptoKey
  /** Of the whole wire form, after signing. */
  readonly wire?: (wire: string) => string
}

/** What shall be wrong with collateral. */
export interface OddCollateral {
  readonly tcbInfo?: OddDocument
  readonly qeIdentity?: OddDocument
  readonly signer?: Partial<CertificateFields>
  /** The signer's certificate and the root, PEM. */
  readonly signerChain?: (signer: string, root: string) => string
  /** For QE identity alone. */
  readonly qeSignerChain?: (signer: string, root: string) => string
  readonly rootCrl?: Partial<CrlFields>
  readonly pckCrl?: Partial<CrlFields>
  readonly replace?: Partial<Collateral>
}

/** What collateral is about. */
interface About {
  readonly now: Date
  readonly names: { readonly root: string; readonly ca: string; readonly signer: string }
  /** PCK certificate, its CA, the root; DER. */
  readonly certificates: readonly Uint8Array[]
  readonly keys: IntelKeys
  readonly tcbInfo: Readonly<Record<string, unknown>>
  readonly qeIdentity: Readonly<Record<string, unknown>>
}

const day = 86_400_000

/** Signs everything that Intel would, under the platform's own root. */
export async function writeCollateral(about: About, odd: OddCollateral): Promise<Collateral> {
  const { keys, names, now } = about
  const period = { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 365 * day) }
  const [, ca, root] = about.certificates.map(certificateToPem) as [string, string, string]
  const signerKey = await generateKey()
  const signer = certificateToPem(
    await issueCertificate({
      subject: names.signer,
      issuer: names.root,
      ...period,
      publicKey: signerKey.publicKey,
      signedBy: keys.root.privateKey,
      extensions: [usage('signer'), authority(false)],
      ...odd.signer,
    }),
  )
  const chain = odd.signerChain?.(signer, root) ?? signer + root
  const list = { thisUpdate: period.notBefore, nextUpdate: new Date(now.getTime() + 29 * day), revoked: [] }
  const common = { ...list, extensions: [crlNumber(1)], entryExtensions: [keyCompromise] }
  return {
    tcbInfo: await writeDocument('tcbInfo', about.tcbInfo, signerKey.privateKey, odd.tcbInfo ?? {}),
    tcbInfoIssuerChain: chain,
    qeIdentity: await writeDocument('enclaveIdentity', about.qeIdentity, signerKey.privateKey, odd.qeIdentity ?? {}),
    qeIdentityIssuerChain: odd.qeSignerChain?.(signer, root) ?? chain,
    pckCrl: await issueCrl({ ...common, issuer: names.ca, signedBy: keys.ca.privateKey, ...odd.pckCrl }),
    pckCrlIssuerChain: ca + root,
    rootCaCrl: await issueCrl({ ...common, issuer: names.root, signedBy: keys.root.privateKey, ...odd.rootCrl }),
    ...odd.replace,
  }
}

async function writeDocument(
  member: string,
  document: Readonly<Record<string, unknown>>,
  key: CryptoKey,
  odd: OddDocument,
): Promise<Uint8Array> {
  const plain = JSON.stringify(odd.object?.(document) ?? document)
  const text = odd.text?.(plain) ?? plain
  const signature = toHex(await sign(odd.signedBy ?? key, new TextEncoder().encode(text)))
  const wire = `{"${member}":${text},"signature":${JSON.stringify(odd.signature?.(signature) ?? signature)}}`
  return concat(ascii(odd.wire?.(wire) ?? wire))
}
