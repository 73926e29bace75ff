import { MseError } from '../../error.ts'
import { decodeUnpadded, encodeUnpadded } from './base64.ts'

/** One entry of the header of an age file: the file key, wrapped for one recipient. */
export interface Stanza {
  /** `X25519`, `scrypt` … */
  readonly type: string
  readonly args: readonly string[]
  readonly body: Uint8Array
}

const columns = 64

/** https://age-encryption.org/v1, "Recipient stanza": the last line of the body is always shorter than 64 columns. */
export function encodeStanza({ type, args, body }: Stanza): string {
  const text = encodeUnpadded(body)
  const lines = Array.from({ length: Math.floor(text.length / columns) + 1 }, (_, at) =>
    text.slice(at * columns, (at + 1) * columns),
  )
  return `-> ${[type, ...args].join(' ')}\n${lines.join('\n')}\n`
}

/**
 * Reads a stanza whose first line is `head`; the lines that follow come from `next`.
 *
 * @throws MseError `age/header`
 */
export async function parseStanza(head: string, next: () => Promise<string>): Promise<Stanza> {
  const [arrow, type, ...args] = head.split(' ')
  // An argument is one or more characters from ! to ~.
  if (arrow !== '->' || type === undefined || ![type, ...args].every((word) => /^[!-~]+$/.test(word))) {
    throw headerError('a recipient stanza does not begin as one')
  }
  let text = ''
  for (;;) {
    const line = await next()
    if (line.length > columns) throw headerError('a line of a recipient stanza is too long')
    text += line
    if (line.length < columns) break
  }
  const body = decodeUnpadded(text)
  if (body === undefined) throw headerError('a recipient stanza holds something other than canonical base64')
  return { type, args, body }
}

export function headerError(message: string, next?: string): MseError {
  return new MseError('age/header', `not an age file, or damaged: ${message}`, next === undefined ? {} : { next })
}
