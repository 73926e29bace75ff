import { MseError } from '@mse/core/error'
import { isEncrypted } from '@mse/core/package/describe-contents'
import { softwareFingerprint } from '@mse/core/package/fingerprint'
import type { Index } from '@mse/core/package/index-file'
import { packageTo } from '@mse/core/package/package-to'
import { proveRebuilt } from '@mse/core/package/prove-rebuilt'
import type { Project } from '@mse/core/project/project'
import { loadSource } from '@mse/core/project/load-project'
import type { Session } from '@mse/core/session'
import { defineCommand, path, positional, text, type Command, type Context, type Result } from '../command.ts'
import { receivedPackage } from '../received-package.ts'
import { registryArguments } from '../registry-arguments.ts'
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
    rebuildOf: text('instead, compare with this package, byte by byte: layout or reference', { value: 'PACKAGE' }),
    ...registryArguments,
  },
  async run(args, context) {
    const { output, rebuildOf } = args
    if ((output === undefined) === (rebuildOf === undefined)) {
      throw new MseError('usage/missing', 'either --output or --rebuild-of says what is wanted', {
        next: 'give --output PATH, or --rebuild-of PACKAGE',
      })
    }
    const [session, project] = [await startSession(context), await loadSource(args.project)]
    if (output !== undefined) return make(session, project, output, context)
    const given = await receivedPackage(rebuildOf as string, args, context.cwd)
    const { indexBytes, image } = await proveRebuilt(session, project, given)
    const fingerprint = softwareFingerprint(indexBytes)
    context.terminal.say(`fingerprint of the software enclave: ${fingerprint}`)
    return { text: 'identical', data: { digest: image?.digest ?? null, fingerprints: { software: fingerprint } } }
  },
})

async function make(session: Session, project: Project, output: string, { terminal }: Context): Promise<Result> {
  const { digest, index, indexBytes } = await packageTo(session, project, output)
  const fingerprint = softwareFingerprint(indexBytes)
  terminal.say(visible(index))
  terminal.say(`fingerprint of the software enclave: ${fingerprint}`)
  const data = { package: output, digest, fingerprints: { software: fingerprint }, files: index.files.length }
  return { text: output, data }
}

function visible({ files }: Index): string {
  const inClear = files.some(({ path }) => path.startsWith('code/') && !isEncrypted(path))
  const requirements = inClear ? 'the code folder’s requirements.txt, ' : ''
  return `Whoever has the package can read ${requirements}the dependencies, the launcher and index.json: the paths, modes and sizes of all files, and the configuration. Equal ciphertexts show which files are unchanged between two packages. The code itself is encrypted.`
}
