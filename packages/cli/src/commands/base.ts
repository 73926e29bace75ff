import { listBases } from '@mse/core/base/base-cache'
import { importBase } from '@mse/core/base/import-base'
import { MseError } from '@mse/core/error'
import { locateImage } from '@mse/core/oci/layout/locate-image'
import { choice, defineCommand, positional, text, type Command } from '../command.ts'
import { readableSize } from '../readable-size.ts'
import { registryAccess, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    [
      'mse base import registry.example.org/gramine@sha256:…',
      'hash every file of an image that SGX enclaves start from',
    ],
    ['mse base list', 'the bases that were imported'],
  ],
  related: ['package', 'inspect'],
  arguments: {
    action: positional(choice(['import', 'list'], 'what to do', { required: true })),
    image: positional(text('OCI layout, archive of docker save, or reference in a registry')),
    ...registryArguments,
  },
  async run(args, context) {
    const session = await startSession(context)
    if (args.action === 'list') {
      const bases = await listBases(session.folders)
      return { ...(bases.length > 0 && { text: bases.join('\n') }), data: { bases } }
    }
    if (args.image === undefined) throw new MseError('usage/missing', 'IMAGE is missing', { next: 'give IMAGE' })
    const location = await locateImage(args.image, context.cwd)
    const { digest, files } = await importBase(session, location, registryAccess(args))
    const size = [...files.values()].reduce((sum, file) => sum + file.size, 0)
    context.terminal.say(`${files.size} files, ${readableSize(size)}`)
    return { text: digest, data: { digest, files: files.size, size } }
  },
})
