import { MseError } from '@mse/core/error'
import type { Signer } from '@mse/core/platform/sgx/sigstruct/sign-sigstruct'
import { signerFromCommand } from '@mse/core/platform/sgx/sigstruct/signing-command'
import { signerFromPem } from '@mse/core/platform/sgx/sigstruct/signing-key'
import { readFile } from 'node:fs/promises'
import { choice, path, text, type Argument, type Context } from './command.ts'
import { passphraseArgument, readPassphrase } from './passphrase.ts'

/** Who signs enclaves: a key in a file, or a program that has one. */
export const signerArguments: {
  readonly key: Argument<string | undefined>
  readonly passphrase: Argument<string | undefined>
  readonly signingCommand: Argument<string | undefined>
  readonly publicKey: Argument<string | undefined>
  readonly signingInput: Argument<'data' | 'digest'>
} = {
  key: path('key to sign with (mse keygen --signing)', { short: 'k', value: 'FILE' }),
  passphrase: passphraseArgument,
  signingCommand: text(
    'program that signs instead, with its arguments, split at blanks; it reads standard input and writes the signature',
    { value: 'PROGRAM' },
  ),
  publicKey: path('public key of the program’s key', { value: 'FILE' }),
  signingInput: choice(['data', 'digest'], 'what the program reads: the 256 bytes, or their SHA-256', {
    default: 'data',
  }),
}

interface SignerChoice {
  readonly key: string | undefined
  readonly passphrase: string | undefined
  readonly signingCommand: string | undefined
  readonly publicKey: string | undefined
  readonly signingInput: 'data' | 'digest'
}

/** @throws MseError `usage/missing`, `usage/conflict`, `signing/*`, `owner/key-permissions` */
export async function readSigner(given: SignerChoice, context: Context): Promise<Signer> {
  const { key, signingCommand } = given
  if (key !== undefined && signingCommand !== undefined) {
    throw new MseError('usage/conflict', '--key and --signing-command are both given', { next: 'give one of them' })
  }
  if (key !== undefined) return fromFile(key, given.passphrase, context)
  if (signingCommand !== undefined) return fromCommand(signingCommand, given, context)
  throw new MseError('usage/missing', 'nobody is named who signs', { next: 'give --key FILE, or --signing-command' })
}

async function fromFile(key: string, passphrase: string | undefined, context: Context): Promise<Signer> {
  const pem = await readPem(key)
  return signerFromPem(pem, passphrase === undefined ? undefined : await readPassphrase(passphrase, context))
}

async function fromCommand(text: string, given: SignerChoice, { env, signal }: Context): Promise<Signer> {
  const { publicKey, signingInput: input } = given
  const [program, ...args] = text.split(/\s+/).filter((word) => word !== '')
  if (program === undefined || publicKey === undefined) {
    throw new MseError('usage/missing', 'a signing command needs a program and the public key that it signs with', {
      next: 'give --signing-command PROGRAM --public-key FILE',
    })
  }
  return signerFromCommand({ command: [program, ...args], publicKey: await readPem(publicKey), input, env, signal })
}

async function readPem(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new MseError('signing/key', `${path} cannot be read`, { found: cause.code ?? '', cause })
  })
}
