import { MseError } from '@mse/core/error'
import { publicKeyFromRaw } from '@mse/core/owner/ed25519'
import { ownerKeys } from '@mse/core/owner/keys'
import { ageFileIn, bundleFileLimit } from '@mse/core/provision/bundle-file'
import { openBundle } from '@mse/core/provision/open-bundle'
import { folders } from '@mse/core/state/paths'
import type { KeyObject } from 'node:crypto'
import { namedKeys } from '../age-arguments.ts'
import { defineCommand, path, text, type Command, type Context } from '../command.ts'
import { fileArgument, readWholeInput } from '../input.ts'
import { once, outputArguments, writeOutput } from '../output.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse unseal helloworld.bundle --identity key.txt --output secrets.json', 'the sealed secrets of a bundle'],
    ['mse unseal helloworld.bundle --identity key.txt --json --output FILE', 'and what it is bound to, for programs'],
  ],
  related: ['seal', 'decrypt', 'keygen'],
  arguments: {
    file: fileArgument,
    identity: path('file of the key that it is sealed to; a real enclave lets nobody have its own', {
      short: 'i',
      repeat: true,
      required: true,
      value: 'FILE',
    }),
    owner: text('public key of who sealed it, 64 hex digits (index.json); default: yours', { value: 'HEX' }),
    ...outputArguments,
  },
  async run(args, context) {
    const identities = await namedKeys({ identity: args.identity, application: undefined }, context)
    const owner = await ownerKey(args.owner, context)
    const given = await readWholeInput(args.file, bundleFileLimit, context)
    const opened = await openBundle(once(ageFileIn(given)), identities, owner)
    const { sealedSecrets, ...bound } = opened
    context.terminal.say(`for fingerprint ${bound.fingerprint}, until ${bound.expires.toISOString()}`)
    if (bound.expires < context.now()) context.terminal.warn('this bundle has expired: no enclave takes it any more')
    if (sealedSecrets === undefined) throw new MseError('provision/secrets', 'this bundle holds no sealed secrets')
    const { text, data } = await writeOutput(once(sealedSecrets), args, 'any', context)
    return { text, data: { ...(data as object), ...bound } }
  },
})

async function ownerKey(hex: string | undefined, { env }: Context): Promise<KeyObject> {
  if (hex === undefined) return (await ownerKeys(folders(env).config)).public
  if (/^[0-9a-f]{64}$/.test(hex)) return publicKeyFromRaw(Buffer.from(hex, 'hex'))
  throw new MseError('usage/bad-value', '--owner has a value that it does not take', {
    expected: '64 hex digits, as in index.json of the package',
    found: hex.slice(0, 80),
  })
}
