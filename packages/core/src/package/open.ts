import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { publicKeyFromRaw } from '../owner/ed25519.ts'
import type { Artefact } from './artefact.ts'
import { openEnvelope, payloadTypes } from './dsse.ts'
import { decodeIndex } from './index-file.ts'

/**
 * Opens a package: reads its index and checks that the owner whom the index names has signed exactly it.
 *
 * @throws MseError `package/unreadable`, `package/index`, `package/signature`
 */
export async function openPackage(directory: string): Promise<Artefact> {
  const indexBytes = await readMember(directory, 'index.json')
  const signature = await readMember(directory, 'signature.json')
  const index = decodeIndex(indexBytes)
  const signed = openEnvelope(
    payloadTypes.index,
    signature.toString(),
    publicKeyFromRaw(Buffer.from(index.owner, 'hex')),
  )
  if (!signed.equals(indexBytes)) {
    throw new MseError('package/signature', 'the owner signed another index than the one in the package', {
      next: 'Ask the owner for the package again; do not run this one.',
    })
  }
  return { directory, indexBytes, index }
}

async function readMember(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name))
  } catch (cause) {
    throw new MseError('package/unreadable', `${directory} is not a package: ${name} cannot be read`, {
      next: 'mse package --output FOLDER',
      cause,
    })
  }
}
