import { MseError } from '@mse/core/error'
import { signerOf } from '@mse/core/platform/sgx/sigstruct/rsa'
import { makeSigningKey, signerFromPem } from '@mse/core/platform/sgx/sigstruct/signing-key'
import type { Context, Result } from './command.ts'
import { once, writeOutput, type Output } from './output.ts'
import { readPassphrase } from './passphrase.ts'
import { readSigner } from './signers.ts'

interface SigningKeyRequest extends Output {
  readonly passphrase: string | undefined
  /** A key that is there already. */
  readonly public: string | undefined
}

/** `mse keygen --signing`: a key that enclaves are signed with, or MRSIGNER of one. */
export async function keygenSigning(given: SigningKeyRequest, context: Context): Promise<Result> {
  return given.public === undefined ? makeKey(given, context) : showSigner({ ...given, key: given.public }, context)
}

async function makeKey(given: SigningKeyRequest, context: Context): Promise<Result> {
  if (given.passphrase === undefined) {
    throw new MseError('usage/missing', 'a signing key is not written without a passphrase', {
      next: 'give --passphrase FILE, or --passphrase - and a pipe',
    })
  }
  const passphrase = await readPassphrase(given.passphrase, context)
  const pem = await makeSigningKey(passphrase)
  const mrsigner = signerOf(signerFromPem(pem, passphrase).publicKey)
  const { text, data } = await writeOutput(once(Buffer.from(pem)), given, 'secret', context)
  if (text === undefined) {
    context.terminal.say(`MRSIGNER: ${mrsigner}`)
    return {}
  }
  return { text: mrsigner, data: { ...(data as object), mrsigner } }
}

async function showSigner(given: SigningKeyRequest & { readonly key: string }, context: Context): Promise<Result> {
  const signer = await readSigner(
    { ...given, signingCommand: undefined, publicKey: undefined, signingInput: 'data' },
    context,
  )
  const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const mrsigner = signerOf(signer.publicKey)
  context.terminal.say(`MRSIGNER: ${mrsigner}`)
  return { text: publicKey.trimEnd(), data: { mrsigner, publicKey } }
}
