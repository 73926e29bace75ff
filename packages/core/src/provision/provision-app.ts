import type { VerifiedEnclave } from '@mse/attest'
import type { Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { rawPublicKey } from '../owner/ed25519.ts'
import { codeKey, ownerKeys } from '../owner/keys.ts'
import type { Session } from '../session.ts'
import { writeApp, type App, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import { sealBundle, type Secrets } from './bundle.ts'
import { deliver } from './deliver.ts'
import { secretsDigest } from './digest.ts'

/** Seals code key and secrets to a verified enclave and delivers them; returns what is on record then. */
export async function provisionApp(
  session: Session,
  { folder, app, endpoint = endpointOf(app) }: AppOnDisk & { readonly endpoint?: Endpoint },
  enclave: VerifiedEnclave,
  secrets: Secrets,
  timeout: number,
): Promise<App> {
  return session.phase('provision', 'deliver code key and secrets to the verified enclave', async () => {
    const { folders, now } = session
    const [owner, key] = await Promise.all([ownerKeys(folders.config), codeKey(folders.config, app.name)])
    const bundle = sealBundle(enclave, { ...secrets, owner, codeKey: key, now: now(), secretsInside: true })
    await deliver(enclave, endpoint, { bundle, now: now(), timeout })
    const provisioned: App = { ...app, delivered: secretsDigest(secrets, key) }
    await writeApp(folder, provisioned)
    return provisioned
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
