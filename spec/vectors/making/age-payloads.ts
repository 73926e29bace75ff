import { chunkSize } from '@mse/core/package/age/payload'
import { base64, fixedBytes, type Case } from './fixed.ts'
import { writeAge, type OddAge } from './write-age.ts'

const label = 'mse vectors/odd payload'
const plain = Buffer.from('print("hello")\n')

/** Files whose payload a reader has to refuse; their headers are good. */
export function payloadCases(key: { readonly secret: Buffer; readonly recipient: Buffer }): Case[] {
  const code_key = key.secret.toString('hex')
  const refused = (name: string, age: Buffer): Case => ({
    name,
    expect: 'refused',
    code_key,
    any_age: false,
    age: base64(age),
  })
  const recipients = [key.recipient]
  const chunks = (name: string, list: NonNullable<OddAge['chunks']>): Case =>
    refused(name, writeAge(label, plain, { recipients, chunks: list }))
  const good = writeAge(label, plain, { recipients })
  const begin = good.length - 16 - plain.length - 16
  const full = fixedBytes(`${label}/full chunk`, chunkSize)

  return [
    refused('truncated in the nonce', good.subarray(0, begin + 8)),
    refused('truncated after the nonce: no chunk', good.subarray(0, begin + 16)),
    refused('truncated in a chunk', good.subarray(0, begin + 16 + 4)),
    refused('truncated in the tag', good.subarray(0, -1)),
    refused('extended by a byte', Buffer.concat([good, Buffer.of(0)])),
    refused('extended by itself', Buffer.concat([good, good])),
    refused('a bit of the nonce flipped', flipped(good, begin)),
    refused('a bit of the ciphertext flipped', flipped(good, begin + 16)),
    refused('a bit of the tag flipped', flipped(good, good.length - 1)),
    chunks('a last chunk that is not sealed as the last', [[plain, false]]),
    chunks('a short chunk that is not the last', [
      [plain, false],
      [plain, true],
    ]),
    chunks('two last chunks', [
      [plain, true],
      [plain, true],
    ]),
    chunks('an empty last chunk after a short one', [
      [plain, false],
      [Buffer.alloc(0), true],
    ]),
    chunks('an empty last chunk after a full one', [
      [full, false],
      [Buffer.alloc(0), true],
    ]),
    chunks('the last chunk is missing', [[full, false]]),
  ]
}

function flipped(file: Buffer, at: number): Buffer {
  const other = Buffer.from(file)
  other[at] = (file[at] as number) ^ 1
  return other
}
