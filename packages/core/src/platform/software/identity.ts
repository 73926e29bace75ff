import { createPlatform, loadPlatform, type Platform as FakePlatform, type SavedPlatform } from '@mse/attest/testing'
import { randomBytes } from 'node:crypto'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MseError } from '../../error.ts'
import { readJson, writeNewFile } from '../../state/files.ts'

/** What a processor would have burnt in: the keys of this user's software platform, made at first use. */
export interface SoftwareIdentity {
  readonly platform: FakePlatform
  /** 32 bytes from which the keys of all encrypted storage are derived. */
  readonly secret: Buffer
}

interface SavedIdentity {
  readonly schema: 'mse-software-platform/1'
  readonly platform: SavedPlatform
  readonly secret: string
}

export function identityFile(stateFolder: string): string {
  return join(stateFolder, 'software-platform.json')
}

/** Reads the identity at `path`, or makes it there; of two processes that make it at once, both get the same. */
export async function softwareIdentity(path: string, now: () => Date): Promise<SoftwareIdentity> {
  let saved = await readJson<SavedIdentity>(path)
  if (saved === undefined) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeNewFile(path, JSON.stringify(await newIdentity(now())), 0o600)
    saved = await readJson<SavedIdentity>(path)
  }
  if (saved === undefined) throw damaged(path)
  return { platform: await loadPlatform(saved.platform), secret: Buffer.from(saved.secret, 'hex') }
}

/** The root key hash of an identity, if one was made; it is not made for the asking. */
export async function existingRoot(path: string): Promise<string | undefined> {
  const saved = await readJson<SavedIdentity>(path)
  return saved === undefined ? undefined : (await loadPlatform(saved.platform)).rootKeyHash
}

/** Makes the identity at `from` the one of `to` as well, by a symbolic link. */
export async function shareIdentity(from: string, to: string, now: () => Date): Promise<void> {
  await softwareIdentity(from, now)
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await symlink(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

function damaged(path: string): MseError {
  return new MseError('state/damaged', `${path} does not hold the keys of the software platform any more`, {
    next: `rm ${path} makes new ones; policies that name the old root refuse what they sign`,
  })
}

async function newIdentity(now: Date): Promise<SavedIdentity> {
  const platform = await createPlatform({ now })
  return {
    schema: 'mse-software-platform/1',
    platform: await platform.save(),
    secret: randomBytes(32).toString('hex'),
  }
}
