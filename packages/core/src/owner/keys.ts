import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { decodeIdentity, identityFile } from '../package/age/keys.ts'
import { codeKeyFrom, type CodeKey } from '../package/age/code-key.ts'
import { writeNewFile } from '../state/files.ts'
import { refuseWide } from './refuse-wide.ts'

/** What only the owner of applications holds. */
export interface OwnerKeys {
  /** Ed25519: signs packages and bundles; its public half is measured. */
  readonly signing: KeyObject
  readonly public: KeyObject
}

/**
 * The owner's signing key, made at first use: `owner.pem` (PKCS#8) in the configuration folder, 0600 in 0700.
 *
 * @throws MseError `owner/key-permissions` when others could read it, `owner/key-malformed`
 */
export async function ownerKeys(configFolder: string): Promise<OwnerKeys> {
  const pem = await readOrMake(join(configFolder, 'owner.pem'), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  const signing = readSigningKey(pem, join(configFolder, 'owner.pem'))
  return { signing, public: createPublicKey(signing) }
}

function readSigningKey(pem: string, path: string): KeyObject {
  const key = attempt(() => createPrivateKey(pem))
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new MseError('owner/key-malformed', `${path} does not hold a signing key`, {
    expected: 'an Ed25519 private key in PEM (PKCS#8)',
    next: 'Restore it from your backup. A new one, made when the file is away, cannot provision what the old one packaged.',
  })
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** The key that the code of one application is encrypted to, made at first use: an age identity file per name. */
export async function codeKey(configFolder: string, application: string): Promise<CodeKey> {
  const text = await readOrMake(codeKeyPath(configFolder, application), () =>
    identityFile(randomBytes(32), `code key of ${JSON.stringify(application)}`),
  )
  return codeKeyFrom(decodeIdentity(text))
}

/** Where {@link codeKey} keeps it. */
export function codeKeyPath(configFolder: string, application: string): string {
  const name = createHash('sha256').update(application).digest('hex').slice(0, 16)
  return join(configFolder, `code-${name}.age-identity`)
}

async function readOrMake(path: string, make: () => string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  await refuseWide(join(path, '..'), 0o700)
  try {
    await refuseWide(path, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await writeNewFile(path, make(), 0o600)
  }
  return readFile(path, 'utf8')
}
