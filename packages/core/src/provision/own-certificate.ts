import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { MseError } from '../error.ts'
import type { TlsSettings } from '../project/project.ts'

/** Answers a request for a certificate (PKCS#10, PEM) with a chain in PEM, the leaf first: what an authority does. */
export type Obtain = (request: string) => Promise<Uint8Array>

/** A certificate in the owner's own name: of an authority for the key that was made inside, or with a key from outside. */
export type OwnCertificate =
  | { readonly kind: 'request'; readonly obtain: Obtain | undefined }
  | { readonly kind: 'imported'; readonly pem: Uint8Array }

/**
 * What a project says of its certificate; of an imported one, chain and key. Whatever can be known to be wrong is refused here,
 * where a person can still see it.
 *
 * @param obtain where a certificate comes from that has to be asked for
 * @throws MseError `tls/unreadable`, `tls/malformed`, `tls/other-key`, `tls/expired`, `tls/other-name`,
 *   `tls/not-asked-for`
 */
export async function ownCertificate(
  { mode, certificateFile, privateKeyFile, domain }: TlsSettings,
  now: Date,
  obtain?: Obtain,
): Promise<OwnCertificate | undefined> {
  if (mode === 'request') return { kind: 'request', obtain }
  if (obtain !== undefined) throw notAskedFor()
  if (mode === 'enclave' || certificateFile === undefined || privateKeyFile === undefined) return undefined
  const [chain, key] = await Promise.all([certificateFile, privateKeyFile].map((path) => readPem(path)))
  checkChain(chain as Buffer, publicKeyOf(key as Buffer, privateKeyFile), now, domain)
  const certificates = certificatesIn(chain as Buffer).map((one) => one.toString())
  const pem = createPrivateKey(key as Buffer).export({ type: 'pkcs8', format: 'pem' }) as string
  return { kind: 'imported', pem: Buffer.from([pem, ...certificates].join('')) }
}

/**
 * Checks that a chain can be shown: its leaf is for the key, is in force, and is of the name.
 *
 * @param key SubjectPublicKeyInfo, DER
 * @returns the chain alone, in one spelling
 * @throws MseError `tls/malformed`, `tls/other-key`, `tls/expired`, `tls/other-name`
 */
export function checkChain(pem: Uint8Array, key: Uint8Array, now: Date, domain?: string): Buffer {
  const certificates = certificatesIn(pem)
  const [leaf] = certificates as [X509Certificate]
  if (!spki(leaf.publicKey).equals(key)) {
    throw new MseError('tls/other-key', 'the certificate is for another key', {
      expected: 'a chain whose first certificate is for the key of the request, or for private_key',
      found: leaf.subject || leaf.subjectAltName || 'a certificate without a name',
      next: 'Put the certificate of the application first, that of its authority after it.',
    })
  }
  if (now < new Date(leaf.validFrom) || now > new Date(leaf.validTo)) {
    throw new MseError('tls/expired', 'the certificate is not in force', {
      expected: now.toISOString(),
      found: `${leaf.validFrom} to ${leaf.validTo}`,
    })
  }
  if (domain !== undefined && leaf.checkHost(domain) === undefined) {
    throw new MseError('tls/other-name', 'the certificate is not for the name of the application', {
      expected: domain,
      found: leaf.subjectAltName ?? 'no name',
    })
  }
  return Buffer.from(certificates.map((one) => one.toString()).join(''))
}

/** SubjectPublicKeyInfo (DER) of the first certificate in PEM: what clients are shown. */
export function shownKey(pem: Uint8Array): Buffer {
  return spki((certificatesIn(pem) as [X509Certificate])[0].publicKey)
}

/** At least one. */
function certificatesIn(pem: Uint8Array): X509Certificate[] {
  const text = Buffer.from(pem).toString('latin1')
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block))
  } catch {
    // said below
  }
  throw new MseError('tls/malformed', 'there is no certificate in it, or a damaged one', {
    expected: 'a chain in PEM: -----BEGIN CERTIFICATE-----',
  })
}

function publicKeyOf(pem: Buffer, path: string): Buffer {
  try {
    return spki(createPublicKey(createPrivateKey(pem)))
  } catch {
    // What Node.js says of it could quote it.
    throw new MseError('tls/malformed', `${path} holds no private key that can be used`, {
      expected: 'a private key in PEM, without a passphrase',
      next: `openssl pkey -in ${path} -noout`,
    })
  }
}

/** Silence would leave its owner in the belief that it is shown. */
export function notAskedFor(): MseError {
  return new MseError('tls/not-asked-for', 'the project asks for no certificate of an authority', {
    expected: 'tls = "request" in mse.toml',
    next: 'Leave --certificate and --certify out.',
  })
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

async function readPem(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new MseError('tls/unreadable', `${path} cannot be read`, { cause })
  })
}
