import { MseError } from '@mse/core/error'
import { readRecipients } from '@mse/core/owner/read-recipients'
import { armor } from '@mse/core/package/age/armor'
import { encrypt } from '@mse/core/package/age/encrypt'
import { decodeRecipient } from '@mse/core/package/age/keys'
import { randomBytes } from 'node:crypto'
import { keyArguments, namedKeys } from '../age-arguments.ts'
import { defineCommand, flag, path, text, type Command } from '../command.ts'
import { fileArgument, readInput } from '../input.ts'
import { outputArguments, writeOutput } from '../output.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse encrypt data.csv --recipient age1… --output data.csv.age', 'for who has the secret key of that age1…'],
    ['tar -c data | mse encrypt --identity key.txt > data.tar.age', 'through a pipe, for the owner of key.txt'],
  ],
  related: ['keygen', 'decrypt', 'seal'],
  arguments: {
    file: fileArgument,
    recipient: text('public key to encrypt to', { short: 'r', repeat: true, value: 'AGE1' }),
    recipientsFile: path('file of public keys, one on a line', { short: 'R', repeat: true, value: 'FILE' }),
    ...keyArguments,
    ...outputArguments,
    armor: flag('write text instead of bytes', { short: 'a' }),
  },
  async run(args, context) {
    const keys = await namedKeys(args, context)
    const recipients = [
      ...args.recipient.map(decodeRecipient),
      ...(await readRecipients(args.recipientsFile)),
      ...keys.map((key) => key.publicValue),
    ]
    if (recipients.length === 0) {
      throw new MseError('usage/missing', 'nobody is named who could open it', {
        next: 'give --recipient AGE1, --recipients-file FILE, --identity FILE or --application NAME',
      })
    }
    const encrypted = encrypt(await readInput(args.file, context), recipients, randomBytes)
    if (args.armor) return writeOutput(armor(encrypted), args, 'text', context)
    return writeOutput(encrypted, args, 'binary', context)
  },
})
