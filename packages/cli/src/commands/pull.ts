import { formatReference, parseReference } from '@mse/core/oci/registry/reference'
import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { pullPackage } from '@mse/core/package/pull-package'
import { defineCommand, path, positional, text, type Command } from '../command.ts'
import { registryAccess, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse pull registry.example.org/team/helloworld:1.0 --output helloworld.pkg', 'fetch a package and check it'],
    ['mse pull registry.example.org/team/helloworld@sha256:… --output helloworld.tar', 'exactly that one, as one file'],
  ],
  related: ['push', 'inspect', 'spawn'],
  arguments: {
    reference: positional(text('HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST', { required: true })),
    output: path('the layout to make: a folder, or an archive if it ends in .tar', {
      required: true,
      short: 'o',
      value: 'PATH',
    }),
    ...registryArguments,
  },
  async run(args, context) {
    const session = await startSession(context)
    const reference = parseReference(args.reference)
    const { image, index, indexBytes } = await pullPackage(session, reference, registryAccess(args), args.output)
    const fingerprint = softwareFingerprint(indexBytes)
    const pinned = formatReference({ ...reference, tag: undefined, digest: image.digest })
    context.terminal.say(`${index.configuration.name}, signed by the owner key ${index.owner}`)
    context.terminal.say(`fingerprint of the software enclave: ${fingerprint}`)
    return {
      text: args.output,
      data: { package: args.output, reference: pinned, digest: image.digest, fingerprints: { software: fingerprint } },
    }
  },
})
