import { MseError } from '@mse/core/error'
import { GRAMINE } from '@mse/core/platform/sgx/application/base'
import { refuseInsecure } from '@mse/core/platform/sgx/application/refuse-insecure'
import { HashCache } from '@mse/core/state/hash-cache'
import { hashFiles } from '@mse/core/platform/sgx/manifest/hash-files'
import { readManifest } from '@mse/core/platform/sgx/manifest/read-manifest'
import { readLoader } from '@mse/core/platform/sgx/measure/loader'
import { signEnclave } from '@mse/core/platform/sgx/sign-enclave'
import { signerOf } from '@mse/core/platform/sgx/sigstruct/rsa'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCommand, flag, path, positional, text, type Command, type Context } from '../command.ts'
import { once, writeOutput } from '../output.ts'
import { startSession } from '../session.ts'
import { readSigner, signerArguments } from '../signers.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse sign app.manifest --loader libpal.so --key signing.pem --passphrase pass.txt', 'as gramine-sgx-sign would'],
    ['mse sign app.manifest --signing-command "hsm-sign 1" --public-key hsm.pem', 'with a key that stays where it is'],
  ],
  related: ['keygen', 'package'],
  arguments: {
    manifest: positional(path('Gramine’s manifest of the enclave', { required: true })),
    ...signerArguments,
    loader: path('Gramine’s loader, libpal.so', { default: `/${GRAMINE}/sgx/libpal.so`, value: 'FILE' }),
    libos: path('Gramine’s libsysdb.so', { default: `/${GRAMINE}/libsysdb.so`, value: 'FILE' }),
    chroot: path('look trusted files up in this root', { value: 'FOLDER' }),
    date: text('date of the signature; default: today', { value: 'YYYY-MM-DD' }),
    output: path('the expanded manifest; default: the manifest with .sgx', { short: 'o', value: 'FILE' }),
    sigfile: path('the signature; default: the manifest with .sig', { value: 'FILE' }),
    force: flag('replace the files if they are there'),
  },
  async run(args, context) {
    const output = args.output ?? `${args.manifest}.sgx`
    const sigfile = args.sigfile ?? `${args.manifest.replace(/\.manifest$/, '')}.sig`
    if (!args.force) refuseExisting([output, sigfile])
    const session = await startSession(context)
    const signer = await readSigner(args, context)
    const cache = await HashCache.open(join(session.folders.cache, 'trusted-files.json'), context.now)
    const signed = await session.phase('sign', 'hash the files, measure the enclave, sign it', async () => {
      return signEnclave({
        manifest: await readGiven(args.manifest),
        expansion: {
          folder: context.cwd,
          ...(args.chroot === undefined ? {} : { chroot: args.chroot }),
          libos: { uri: `file:/${GRAMINE}/libsysdb.so`, path: args.libos },
          hash: (paths) => hashFiles(paths, cache),
        },
        loader: readLoader(await readGiven(args.loader)),
        signer,
        date: args.date ?? context.now().toISOString().slice(0, 10),
      })
    })
    warnOfInsecure(signed.manifest, context)
    await writeOutput(once(Buffer.from(signed.manifest)), { output, force: args.force }, 'binary', context)
    await writeOutput(once(signed.sigstruct), { output: sigfile, force: args.force }, 'binary', context)
    const mrenclave = signed.mrenclave.toString('hex')
    return { text: mrenclave, data: { mrenclave, mrsigner: signerOf(signer.publicKey), output, sigfile } }
  },
})

/** Both are looked for before anything is done, so that not one of two is written. */
function refuseExisting(files: readonly string[]): void {
  const there = files.find((file) => existsSync(file))
  if (there === undefined) return
  throw new MseError('usage/exists', `${there} exists already`, { next: 'Choose another name, or say --force.' })
}

async function readGiven(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new MseError('usage/input', `${file} cannot be read`, { found: cause.code ?? '', cause })
  })
}

/** Manifests of others are signed as they are, as Gramine's own tool does, and not without a word. */
function warnOfInsecure(manifest: string, { terminal }: Context): void {
  try {
    refuseInsecure(readManifest(Buffer.from(manifest)))
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    terminal.warn(`${error.message}: ${error.found ?? ''}`)
  }
}
