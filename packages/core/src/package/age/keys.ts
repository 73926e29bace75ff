import { bech32 } from '@scure/base'
import { MseError } from '../../error.ts'
import type { Identity } from './x25519-stanza.ts'
import { publicValue, secretKey } from './x25519.ts'

/** `age1…`: how age writes a 32-byte X25519 public value. */
export function encodeRecipient(publicValue: Uint8Array): string {
  return bech32.encodeFromBytes('age', publicValue)
}

/**
 * The 32 bytes of an `age1…`.
 *
 * @throws MseError `age/recipient`
 */
export function decodeRecipient(text: string): Buffer {
  const bytes = decode('age', text)
  if (bytes !== undefined) return bytes
  throw new MseError('age/recipient', 'not a recipient that mse encrypts to', {
    expected: 'an X25519 key of age: age1 and 58 more letters and digits',
    found: kindOf(text),
  })
}

/** Somebody may have given a secret key: no more of it is shown than what kind of key it is. */
function kindOf(text: string): string {
  if (text.startsWith('AGE-SECRET-KEY-')) return 'a secret key; mse keygen --public FILE says the public one'
  const kind = /^(ssh-[a-z0-9-]+|age1(?:pq|tag[a-z]*|[a-z0-9]+)1)/.exec(text)?.[0]
  if (kind !== undefined) return `a key of another kind: ${kind}…`
  return text.startsWith('age1') ? text.slice(0, 80) : 'something else'
}

/** `AGE-SECRET-KEY-1…`: how age writes a 32-byte X25519 secret. */
export function encodeIdentity(secret: Uint8Array): string {
  return bech32.encodeFromBytes('age-secret-key-', secret).toUpperCase()
}

/** A 32-byte X25519 secret, ready to open files with. */
export function identityFrom(secret: Uint8Array): Identity {
  const key = secretKey(secret)
  return { key, publicValue: publicValue(key) }
}

/** The content of an identity file: comments, and the one line that is secret. */
export function identityFile(secret: Uint8Array, ...comments: readonly string[]): string {
  const recipient = encodeRecipient(identityFrom(secret).publicValue)
  return [...comments, `public key: ${recipient}`].map((line) => `# ${line}\n`).join('') + `${encodeIdentity(secret)}\n`
}

/**
 * The 32-byte secrets of an identity file: one `AGE-SECRET-KEY-1…` on a line, empty lines, comments.
 *
 * @throws MseError `owner/key-malformed`, which says nothing of what the file holds
 */
export function decodeIdentities(text: string): readonly [Buffer, ...Buffer[]] {
  const lines = text.split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const [first, ...others] = keys.map((line) => {
    const secret = line === line.toUpperCase() ? decode('age-secret-key-', line.toLowerCase()) : undefined
    return secret ?? refuseIdentity(line)
  })
  return first === undefined ? refuseIdentity('') : [first, ...others]
}

/** The first of {@link decodeIdentities}. */
export function decodeIdentity(text: string): Buffer {
  return decodeIdentities(text)[0]
}

function decode(prefix: string, text: string): Buffer | undefined {
  try {
    const decoded = bech32.decodeToBytes(text)
    if (text === text.toLowerCase() && decoded.prefix === prefix && decoded.bytes.length === 32) {
      return Buffer.from(decoded.bytes)
    }
  } catch {
    // the callers' messages say all that can be said without printing a key
  }
  return undefined
}

function refuseIdentity(line: string): never {
  const found = /^(AGE-SECRET-KEY-PQ-|AGE-PLUGIN-[A-Z0-9]+-|-----BEGIN [A-Z ]+|age-encryption\.org)/.exec(line)?.[0]
  throw new MseError('owner/key-malformed', 'not an age identity file', {
    expected: 'a line AGE-SECRET-KEY-1…, and none but such lines and comments',
    ...(found === undefined ? {} : { found: `a key of another kind: ${found}…` }),
  })
}
