import { MseError } from '@mse/core/error'
import { isEncrypted } from '@mse/core/package/describe-contents'
import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { publishLayout } from '@mse/core/package/image/publish-layout'
import { writeImage } from '@mse/core/package/image/write-image'
import { packageProject } from '@mse/core/package/package-project'
import { examinePackage } from '@mse/core/package/receive-package'
import { requireRebuilt } from '@mse/core/package/require-rebuilt'
import { loadProject } from '@mse/core/project/load-project'
import { withStaging } from '@mse/core/state/staging'
import { join } from 'node:path'
import { defineCommand, path, positional, text, type Command } from '../command.ts'
import { receivedPackage, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    [
      'mse package --output helloworld.pkg',
      'a package to hand to an operator: an OCI image layout, its code encrypted',
    ],
    ['mse package helloworld --rebuild-of helloworld.pkg', 'prove that a package was made of this source'],
  ],
  related: ['check', 'inspect', 'push', 'spawn', 'seal', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    output: path('the layout to make: a folder, or an archive if it ends in .tar', { short: 'o', value: 'PATH' }),
    rebuildOf: text('package to compare with, byte by byte: layout or reference', { value: 'PACKAGE' }),
    ...registryArguments,
  },
  async run(args, context) {
    const { output, rebuildOf } = args
    if (output === undefined && rebuildOf === undefined) {
      throw new MseError('usage/missing', '--output is missing', {
        next: 'give --output PATH, or --rebuild-of PACKAGE',
      })
    }
    const session = await startSession(context)
    const project = await loadProject(args.project)
    const given = rebuildOf === undefined ? undefined : await receivedPackage(rebuildOf, args, context.cwd)
    return withStaging(session.folders, async (staging) => {
      const make = async (): Promise<Made> => {
        const { artefact } = await packageProject(session, project, join(staging, 'package'))
        if (given !== undefined) await requireRebuilt(await examinePackage(session, given), artefact)
        const layout = join(staging, 'layout')
        const write = (): ReturnType<typeof writeImage> => writeImage(artefact, layout)
        const { digest } = await session.phase('image', 'write the OCI image layout', write)
        return { layout, digest, artefact }
      }
      const { digest, artefact } = output === undefined ? await make() : await publishLayout(output, make)
      const { files } = artefact.index
      const fingerprint = softwareFingerprint(artefact.indexBytes)
      const clear = files.filter(({ path }) => path.startsWith('code/') && !isEncrypted(path))
      context.terminal.say(visible(clear.length))
      context.terminal.say(`fingerprint of the software enclave: ${fingerprint}`)
      return {
        text: output ?? 'identical',
        data: { package: output ?? null, digest, fingerprints: { software: fingerprint }, files: files.length },
      }
    })
  },
})

interface Made {
  readonly layout: string
  readonly digest: string
  readonly artefact: Awaited<ReturnType<typeof packageProject>>['artefact']
}

function visible(inClear: number): string {
  const requirements = inClear === 0 ? '' : 'the code folder’s requirements.txt, '
  return `Whoever has the package can read ${requirements}the dependencies, the launcher and index.json: the paths, modes and sizes of all files, and the configuration. Equal ciphertexts show which files are unchanged between two packages. The code itself is encrypted.`
}
