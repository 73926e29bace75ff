import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../../session.ts'
import { BlobStore } from './blob-store.ts'
import { isPrivate } from './file-state.ts'

/** The store of this user, in the cache; undefined, with a warning, if somebody else could have written into it. */
export async function openBlobStore(session: Session): Promise<BlobStore | undefined> {
  const directory = join(session.folders.cache, 'blobs')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const found = await lstat(directory, { bigint: true })
  if (found.isDirectory() && isPrivate(found)) return new BlobStore(directory)
  session.warn(`${directory} is not this user's alone: nothing of it is used, and layers are made or fetched again`)
  return undefined
}
