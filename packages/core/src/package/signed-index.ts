import { MseError } from '../error.ts'
import { publicKeyFromRaw } from '../owner/ed25519.ts'
import { openEnvelope, payloadTypes } from './dsse.ts'
import { decodeIndex, type Index } from './index-file.ts'

/**
 * The index that these bytes are, once the owner whom it names has signed exactly them.
 *
 * @throws MseError `package/index`, `package/signature`
 */
export function signedIndex(indexBytes: Buffer, signature: string): Index {
  const index = decodeIndex(indexBytes)
  const signed = openEnvelope(payloadTypes.index, signature, publicKeyFromRaw(Buffer.from(index.owner, 'hex')))
  if (signed.equals(indexBytes)) return index
  throw new MseError('package/signature', 'the owner signed another index than the one in the package', {
    next: 'Ask the owner for the package again; do not run this one.',
  })
}
