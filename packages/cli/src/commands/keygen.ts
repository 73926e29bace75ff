import { readIdentities } from '@mse/core/owner/read-identities'
import { encodeRecipient, identityFile, identityFrom } from '@mse/core/package/age/keys'
import { randomBytes } from 'node:crypto'
import { defineCommand, flag, path, type Command, type Context, type Result } from '../command.ts'
import { keygenSigning } from '../keygen-signing.ts'
import { passphraseArgument } from '../passphrase.ts'
import { once, outputArguments, writeOutput, type Output } from '../output.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse keygen --output key.txt', 'a secret key for mse decrypt; prints the public key for mse encrypt'],
    ['mse keygen --signing --passphrase pass.txt --output signing.pem', 'a key for mse sign; prints MRSIGNER'],
  ],
  related: ['encrypt', 'decrypt', 'sign'],
  arguments: {
    ...outputArguments,
    public: path('make no key: print the public key of this one', { value: 'FILE' }),
    signing: flag('a key to sign SGX enclaves with, instead of one to encrypt to'),
    passphrase: passphraseArgument,
  },
  async run(args, context) {
    if (args.signing) return keygenSigning(args, context)
    return args.public === undefined ? makeKey(args, context) : showPublic(args.public)
  },
})

/** An age identity, also for `age` itself. */
async function makeKey(output: Output, context: Context): Promise<Result> {
  const secret = randomBytes(32)
  const recipient = encodeRecipient(identityFrom(secret).publicValue)
  const file = identityFile(secret, `created: ${context.now().toISOString()}`)
  const { text, data } = await writeOutput(once(Buffer.from(file)), output, 'secret', context)
  if (text === undefined) {
    context.terminal.say(`public key: ${recipient}`)
    return {}
  }
  return { text: recipient, data: { ...(data as object), recipient } }
}

async function showPublic(file: string): Promise<Result> {
  const recipients = (await readIdentities([file])).map(({ publicValue }) => encodeRecipient(publicValue))
  return { text: recipients.join('\n'), data: { recipients } }
}
