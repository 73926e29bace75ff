import { formatReference, parseReference } from '@mse/core/oci/registry/reference'
import { pushPackage } from '@mse/core/package/push-package'
import { defineCommand, positional, text, type Command } from '../command.ts'
import { readableSize } from '../readable-size.ts'
import { receivedPackage } from '../received-package.ts'
import { packageKinds, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse push helloworld.pkg registry.example.org/team/helloworld:1.0', 'what the registry has already stays here'],
    ['mse push helloworld.tar localhost:5000/helloworld:1.0', 'the same to a registry of this machine'],
  ],
  related: ['package', 'pull', 'inspect'],
  arguments: {
    package: positional(text(packageKinds, { required: true })),
    reference: positional(text('where to: HOST/REPOSITORY:TAG', { required: true })),
    ...registryArguments,
  },
  async run(args, context) {
    const session = await startSession(context)
    const to = parseReference(args.reference)
    const given = await receivedPackage(args.package, args, context.cwd)
    const { digest, sent, kept, name } = await pushPackage(session, given, to)
    context.terminal.say(`${name}: ${readableSize(sent)} sent, ${readableSize(kept)} were there`)
    const pinned = formatReference({ ...to, tag: undefined, digest })
    return { text: pinned, data: { reference: pinned, digest, sent, kept } }
  },
})
