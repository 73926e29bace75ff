import { MseError } from '@mse/core/error'
import type { ReceivedPackage } from '@mse/core/package/receive-package'
import { loadSource } from '@mse/core/project/load-project'
import { currentPath } from '@mse/core/state/app'
import { urlOf } from '@mse/core/state/endpoint'
import { join } from 'node:path'
import { defineCommand, flag, path, positional, text, type Command } from '../command.ts'
import { launchArguments, launchOptions, platformChoice } from '../launch-arguments.ts'
import { clientOf, operatorArgument } from '../operator-argument.ts'
import type { receivedPackage } from '../received-package.ts'
import { packageKinds, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'
import { argument, quote } from '../shell-word.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse spawn', 'start an enclave for the project in this folder; it waits for its owner'],
    ['mse spawn --package ./helloworld.pkg --no-wait', 'the same for a package that an owner handed over, in passing'],
  ],
  related: ['package', 'evidence', 'seal', 'run', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    package: text(`package to start instead of a project: ${packageKinds}`, { value: 'PACKAGE' }),
    operator: operatorArgument,
    noWait: flag('end once it is being started; mse status --wait waits until it answers'),
    ...launchArguments,
    ...registryArguments,
  },
  async run(args, context) {
    if (args.package !== undefined && args.project !== context.cwd) {
      throw new MseError('usage/conflict', 'a package says itself what it is called; no project goes beside it', {
        found: args.project,
        next: `mse spawn --package ${args.package}`,
      })
    }
    const session = await startSession(context)
    const project = args.package === undefined ? await loadSource(args.project) : undefined
    const source =
      project === undefined ? { package: await given(args.package as string, args, context.cwd) } : { project }
    const platform = platformChoice(args.platform, project)
    const options = { ...launchOptions(args, context.now(), project), platform, unattended: args.noWait }
    const client = await clientOf(args.operator ?? project?.deploy.operator, context)
    if (client !== undefined) {
      const { spawnElsewhere } = await import('../operator/spawn-elsewhere.ts')
      return spawnElsewhere(session, client, source, { ...args, platform, expires: options.expires }, context)
    }
    // Loads every platform, which who asks a service does without.
    const { spawn } = await import('@mse/core/spawn')
    const { app, folder } = await spawn(session, source, options)
    const url = urlOf(app)
    const { terminal } = context
    const state = args.noWait ? 'launched' : 'waiting'
    const begin = args.noWait
      ? `${app.name} is being started: mse status ${argument(app.name)} --wait. Then it`
      : app.name
    terminal.say(`${begin} waits for its owner, who runs mse run here, or elsewhere mse seal with what you hand over:`)
    terminal.say(`  mse evidence ${argument(app.name)} > evidence.json`)
    terminal.say(`  ${quote(join(currentPath(folder), 'policy.json'))}`)
    return {
      text: url,
      data: { url, name: app.name, fingerprint: app.fingerprint, state, folder: currentPath(folder) },
    }
  },
})

/** Loads registries, which a project does without. */
async function given(...args: Parameters<typeof receivedPackage>): Promise<ReceivedPackage> {
  return (await import('../received-package.ts')).receivedPackage(...args)
}
