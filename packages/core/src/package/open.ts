import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import type { Artefact } from './artefact.ts'
import { signedIndex } from './signed-index.ts'

/** Bytes of index.json or signature.json at most: some 400,000 files. */
const memberLimit = 128 << 20

/**
 * Opens a package: reads its index and checks that the owner whom the index names has signed exactly it.
 *
 * @throws MseError `package/unreadable`, `package/index`, `package/signature`
 */
export async function openPackage(directory: string): Promise<Artefact> {
  const indexBytes = await readMember(directory, 'index.json')
  const signature = await readMember(directory, 'signature.json')
  return { directory, indexBytes, index: signedIndex(indexBytes, signature.toString()) }
}

async function readMember(directory: string, name: string): Promise<Buffer> {
  try {
    return await readRegularFile(join(directory, name))
  } catch (cause) {
    throw new MseError('package/unreadable', `${directory} is not a package: ${name} cannot be read`, {
      next: 'mse package --output PATH',
      cause,
    })
  }
}

/** A package is somebody else's: a pipe would be waited for, a link would lead out of it, a huge file would fill the memory. */
async function readRegularFile(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile() || status.size > memberLimit) throw new Error('not a file, or too large')
    return await file.readFile()
  } finally {
    await file.close()
  }
}
