import { certificateToPem } from '@mse/attest'
import { authority, extension, generateKey, issueCertificate, usage } from '@mse/attest/testing'
import { keyPin } from '@mse/core/attest/collateral/pin'
import { MseError } from '@mse/core/error'
import { refuseWide } from '@mse/core/owner/refuse-wide'
import { replaceFile } from '@mse/core/state/files'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { OperatorFolders } from '../owners/operator-folders.ts'

/** What the service proves itself with. It has nothing to do with enclaves, which have keys of their own. PEM. */
export interface TlsIdentity {
  readonly key: string
  /** With the chain above it, if it has one. */
  readonly certificate: string
}

/** Years that a certificate of our own is good for: clients pin its key. */
const years = 10

/**
 * The key and the certificate of a service, made at first use.
 *
 * @param host name or address in the certificate
 * @throws MseError `owner/key-permissions`
 */
export async function ownIdentity(
  { root, key, certificate }: OperatorFolders,
  host: string,
  now: Date,
): Promise<TlsIdentity> {
  if (!existsSync(certificate)) {
    await mkdir(root, { recursive: true, mode: 0o700 })
    const made = await makeIdentity(host, now)
    await replaceFile(key, made.key)
    await replaceFile(certificate, made.certificate)
  }
  return readIdentity({ key, certificate })
}

/** @throws MseError `owner/key-permissions`, `operator/certificate` when the files do not belong together */
export async function readIdentity(files: {
  readonly key: string
  readonly certificate: string
}): Promise<TlsIdentity> {
  const [key, certificate] = await Promise.all([read(files.key), read(files.certificate)])
  await refuseWide(files.key, 0o600)
  const belong = attempt(() => new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
  if (belong === true) return { key, certificate }
  throw new MseError('operator/certificate', `${files.certificate} is no certificate of the key in ${files.key}`, {
    expected: 'PEM: a certificate, then the chain above it; and its private key, without a passphrase',
  })
}

/** As it is given to owners: `sha256:` and the hash of the key. */
export function pinOf({ certificate }: TlsIdentity): string {
  return `sha256:${keyPin(new X509Certificate(certificate))}`
}

async function makeIdentity(host: string, now: Date): Promise<TlsIdentity> {
  const { publicKey, privateKey } = await generateKey()
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  const certificate = await issueCertificate({
    subject: 'mse operator',
    issuer: 'mse operator',
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter,
    publicKey,
    signedBy: privateKey,
    extensions: [usage('signer'), authority(false), extension('2.5.29.17', subjectAltName(host))],
  })
  const pkcs8 = createPrivateKey({
    key: Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)),
    format: 'der',
    type: 'pkcs8',
  })
  return { key: pkcs8.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate: certificateToPem(certificate) }
}

/** GeneralNames of one entry (RFC 5280, §4.2.1.6): an IP address, or a DNS name of at most 120 bytes. */
function subjectAltName(host: string): Uint8Array {
  const [tag, value] = isIP(host) === 4 ? [0x87, Buffer.from(host.split('.').map(Number))] : [0x82, Buffer.from(host)]
  const entry = Buffer.concat([Uint8Array.of(tag, value.length), value])
  return Buffer.concat([Uint8Array.of(0x30, entry.length), entry])
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new MseError('operator/certificate', `${path} cannot be read`, { cause })
  })
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
