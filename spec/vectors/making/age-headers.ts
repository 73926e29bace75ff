import { base64, fixedBytes, fixedX25519, type Case } from './fixed.ts'
import { otherSpelling, stanzaFrom, writeAge, type OddAge } from './write-age.ts'

type Pair = ReturnType<typeof fixedX25519>
const label = 'mse vectors/odd header'
const plain = Buffer.from('print("hello")\n')
const share = /(?<=-> X25519 )\S+/
const body = /(?<=-> X25519 \S+\n)\S+/

/** Files whose header a reader has to refuse. The MAC is right unless the case says otherwise. */
export function headerCases(key: Pair): Case[] {
  const stranger = fixedX25519('mse vectors/stranger')
  const code_key = key.secret.toString('hex')
  const refused = (name: string, age: Buffer, any_age = false): Case => ({
    name,
    expect: 'refused',
    code_key,
    any_age,
    age: base64(age),
  })
  const odd = (name: string, change: Partial<OddAge>, any_age = false): Case =>
    refused(name, writeAge(label, plain, { recipients: [key.recipient], ...change }), any_age)
  const changed = (name: string, change: (header: string) => string, any_age = false): Case =>
    odd(name, { header: change }, any_age)
  const good = writeAge(label, plain, { recipients: [key.recipient] })
  const text = good.toString('latin1')
  const cut = (name: string, at: number): Case => refused(`truncated ${name}`, good.subarray(0, at))
  const mac = text.indexOf('---') + 4

  return [
    refused('nothing at all', Buffer.alloc(0)),
    cut('in the version line', 10),
    cut('after the version line', text.indexOf('\n') + 1),
    cut('in the stanza', text.indexOf('X25519') + 20),
    cut('before the MAC', mac - 1),
    cut('in the MAC', mac + 20),
    cut('after the header', text.indexOf('\n', mac) + 1),
    refused('text that is no age file', Buffer.from('import flask\n')),
    refused('the wrong key', writeAge(label, plain, { recipients: [stranger.recipient] })),
    odd('a changed MAC', { mac: (one) => (one.startsWith('A') ? `B${one.slice(1)}` : `A${one.slice(1)}`) }),
    refused('a stanza changed after the MAC was made', swapFirst(good, text.search(body))),
    odd('a second X25519 recipient', { recipients: [key.recipient, stranger.recipient] }, true),
    odd('the same recipient twice', { recipients: [key.recipient, key.recipient] }, true),
    changed('a stanza of an unknown type besides', (one) => one.replace(/---$/, '-> grease x\nAAAA\n---'), true),
    changed('a passphrase instead of a recipient', (one) => one.replace(/X25519 \S+/, `scrypt ${'A'.repeat(22)} 10`)),
    changed('no stanza', (one) => one.replace(/->[^]*---/, '---')),
    changed('version 2', (one) => one.replace('/v1', '/v2')),
    changed('CRLF line ends', (one) => one.replaceAll('\n', '\r\n')),
    changed('a stanza with an argument more', (one) => one.replace(share, (value) => `${value} more`)),
    changed('a stanza with two spaces', (one) => one.replace('-> X25519', '->  X25519')),
    changed('a share in lower case', (one) => one.replace('X25519', 'x25519')),
    changed('a share of 31 bytes', (one) => one.replace(share, 'A'.repeat(42))),
    changed('a body of two lines', (one) => one.replace(body, (value) => `${value}\nAAAA`)),
    changed('base64 with padding', (one) => one.replace(share, (value) => `${value}=`)),
    changed('a share in non-canonical base64', (one) => one.replace(share, otherSpelling)),
    changed('a body in non-canonical base64', (one) => one.replace(body, otherSpelling)),
    odd('a MAC in non-canonical base64', { mac: otherSpelling }),
    odd('a MAC with padding', { mac: (value) => `${value}=` }),
    odd('a space after the MAC', { mac: (value) => `${value} ` }),
    changed('an empty line before the version', (one) => `\n${one}`),
    odd('a file key of 17 bytes', { fileKey: fixedBytes(`${label}/long`, 17) }),
    changed('a share of low order', () => lowOrder(key)),
    refused('armor', armor(good), true),
  ]
}

/** Zero is a point of order two: whatever the secret, the shared secret is zero, and so anybody could have made the file. */
function lowOrder(key: Pair): string {
  const zero = Buffer.alloc(32)
  const salt = Buffer.concat([zero, key.recipient])
  return `age-encryption.org/v1\n${stanzaFrom(fixedBytes(`${label}/file key`, 16), zero, salt, zero)}---`
}

function armor(file: Buffer): Buffer {
  const lines = file.toString('base64').match(/.{1,64}/g) ?? []
  return Buffer.from(`-----BEGIN AGE ENCRYPTED FILE-----\n${lines.join('\n')}\n-----END AGE ENCRYPTED FILE-----\n`)
}

/** Another letter of base64 in that place. */
function swapFirst(file: Buffer, at: number): Buffer {
  const other = Buffer.from(file)
  other[at] = file[at] === 0x41 ? 0x42 : 0x41
  return other
}
