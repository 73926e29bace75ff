import { readFile } from 'node:fs/promises'
import { MseError } from '../error.ts'
import { decodeIdentities, identityFrom } from '../package/age/keys.ts'
import type { Identity } from '../package/age/x25519-stanza.ts'
import { refuseWide } from './refuse-wide.ts'

/**
 * The keys of age identity files.
 *
 * @throws MseError `owner/key-unreadable`, `owner/key-permissions` when others can read it, `owner/key-malformed`
 */
export async function readIdentities(paths: readonly string[]): Promise<Identity[]> {
  const files = await Promise.all(paths.map(readIdentityFile))
  return files.flat().map(identityFrom)
}

async function readIdentityFile(path: string): Promise<readonly Uint8Array[]> {
  try {
    await refuseWide(path, 0o600)
    return decodeIdentities(await readFile(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof MseError) throw cause
    const found = (cause as NodeJS.ErrnoException).code ?? ''
    throw new MseError('owner/key-unreadable', `${path} cannot be read`, { found, cause, next: `ls -l ${path}` })
  }
}
