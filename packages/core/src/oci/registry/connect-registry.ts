import { readFile } from 'node:fs/promises'
import { MseError } from '../../error.ts'
import type { Session } from '../../session.ts'
import { findCredentials } from './credentials.ts'
import type { Reference } from './reference.ts'
import { Registry } from './registry.ts'

/** How a user wants registries to be reached. */
export interface RegistryAccess {
  /** Hosts, with their ports, that may do without TLS. */
  readonly insecure: readonly string[]
  /** A file of certificates in PEM to trust instead of those of Node.js. */
  readonly authority: string | undefined
}

/** Milliseconds before the first retry. */
const retryAfter = 500

/** @throws MseError `registry/*`, `usage/registry-ca` */
export async function connectRegistry(
  { env, signal }: Session,
  reference: Reference,
  actions: 'pull' | 'pull,push',
  { insecure, authority }: RegistryAccess,
): Promise<Registry> {
  const ca = authority === undefined ? undefined : await readAuthority(authority)
  const credentials = await findCredentials(env, reference)
  return Registry.connect(reference, actions, { credentials, insecure, ca, signal, retryAfter })
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new MseError('usage/registry-ca', `${path} cannot be read`, { cause })
  }
}
