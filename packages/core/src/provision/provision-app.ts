import type { VerifiedEnclave } from '@mse/attest'
import type { Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { rawPublicKey } from '../owner/ed25519.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import type { Session } from '../session.ts'
import { writeApp, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { sealBundle, type Secrets } from './bundle.ts'
import { certificateFor } from './certificate-for.ts'
import { deliver } from './deliver.ts'
import { secretsDigest } from './digest.ts'
import { shownKey } from './own-certificate.ts'

export interface Provisioned {
  /** What is on record now. */
  readonly app: App
  /** The key of connections from now on: SubjectPublicKeyInfo, DER. */
  readonly shownKey: Uint8Array
}

/** Seals code key, secrets and perhaps a certificate to a verified enclave, and delivers them. */
export async function provisionApp(
  session: Session,
  { folder, app, endpoint = endpointOf(app) }: AppOnDisk & { readonly endpoint?: Endpoint },
  enclave: VerifiedEnclave,
  secrets: Secrets,
  timeout: number,
): Promise<Provisioned> {
  return session.phase('provision', 'deliver code key and secrets to the verified enclave', async () => {
    const { folders, now } = session
    const [owner, key] = await Promise.all([ownerKeys(folders.config), codeKey(folders.config, app.name)])
    const tls = await certificateFor(secrets.certificate, enclave, endpoint, now)
    const bundle = sealBundle(enclave, { ...secrets, tls, owner, codeKey: key, now: now(), secretsInside: true })
    await deliver(enclave, endpoint, { bundle, now: now(), timeout })
    const provisioned: App = { ...app, delivered: secretsDigest(secrets, key) }
    await writeApp(folder, provisioned)
    return { app: provisioned, shownKey: tls === undefined ? enclave.tlsKey : shownKey(tls) }
  })
}

/** @param owner raw Ed25519 key that the package names, hex. @throws MseError `owner/not-yours` */
export async function requireOwner(session: Session, owner: string): Promise<void> {
  const { public: mine } = await ownerKeys(session.folders.config)
  const found = rawPublicKey(mine).toString('hex')
  if (owner === found) return
  throw new MseError('owner/not-yours', 'the package belongs to another owner, who alone can provision it', {
    expected: `owner key ${owner}`,
    found: `your key ${found}`,
    next: 'Give the owner the evidence (mse evidence NAME), and run the bundle that comes back: mse run NAME --bundle FILE',
  })
}
