import { readFile } from 'node:fs/promises'
import { MseError } from '../error.ts'
import { decodeRecipient } from '../package/age/keys.ts'

/**
 * The keys of age recipients files, 32 bytes each: one `age1…` on a line, empty lines, comments.
 *
 * @throws MseError `age/recipient`, `age/recipients-file`
 */
export async function readRecipients(paths: readonly string[]): Promise<Uint8Array[]> {
  const files = await Promise.all(paths.map(readLines))
  return files.flat().map(decodeRecipient)
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new MseError('age/recipients-file', `${path} cannot be read`, { found: cause.code ?? '', cause })
  })
  const lines = text.split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length > 0) return keys
  throw new MseError('age/recipients-file', `${path} names no recipient`, { expected: 'lines age1…' })
}
