import { MseError } from '@mse/core/error'
import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { packageProject } from '@mse/core/package/package-project'
import { loadProject } from '@mse/core/project/load-project'
import { withStaging } from '@mse/core/state/staging'
import { cp, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { defineCommand, path, positional, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse package --output helloworld.pkg', 'a package to hand to an operator: its code is encrypted'],
    ['mse package helloworld --output helloworld.pkg --json', 'the same, with its fingerprint for programs'],
  ],
  related: ['check', 'spawn', 'seal', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    output: path('the folder to make', { required: true, short: 'o', value: 'FOLDER' }),
  },
  async run(args, context) {
    const session = await startSession(context)
    const project = await loadProject(args.project)
    await makeFolder(args.output)
    const artefact = await withStaging(session.folders, async (staging) => {
      const packed = await packageProject(session, project, join(staging, 'package'))
      await cp(packed.artefact.directory, args.output, { recursive: true })
      return packed.artefact
    }).catch(async (error: unknown) => {
      await rm(args.output, { recursive: true, force: true })
      throw error
    })
    const clear = artefact.index.files.filter((file) => file.path.startsWith('code/') && !file.path.endsWith('.age'))
    context.terminal.say(visible(clear.length))
    const fingerprint = softwareFingerprint(artefact.indexBytes)
    context.terminal.say(`fingerprint of the software enclave: ${fingerprint}`)
    return {
      text: args.output,
      data: { package: args.output, fingerprints: { software: fingerprint }, files: artefact.index.files.length },
    }
  },
})

/** A package is not mixed with what lies there already. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  await mkdir(folder).catch((cause: unknown) => {
    throw new MseError('usage/output', `${folder} exists already, or cannot be made`, {
      cause,
      next: 'Choose a folder that does not exist yet.',
    })
  })
}

function visible(inClear: number): string {
  const requirements = inClear === 0 ? '' : 'the code folder’s requirements.txt, '
  return `Whoever has the package can read ${requirements}the dependencies, the launcher and index.json: the paths, modes and sizes of all files, and the configuration. Equal ciphertexts show which files are unchanged between two packages. The code itself is encrypted.`
}
