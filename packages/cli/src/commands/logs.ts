import { readLogs } from '@mse/core/serve/logs'
import { failedFolder } from '@mse/core/launch/launched'
import { findApp, homeOf } from '@mse/core/state/app'
import { appArgument, appName } from '../app-name.ts'
import { defineCommand, flag, integer, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse logs helloworld', 'what it has printed'],
    ['mse logs -f', 'what the application of this folder prints, as it comes'],
  ],
  related: ['status', 'stop'],
  arguments: {
    app: appArgument,
    failed: flag('of the last deployment that failed while another one served'),
    follow: flag('go on with what comes', { short: 'f' }),
    lines: integer('how many lines from the end', { short: 'n', default: 1000, minimum: 0 }),
  },
  async run(args, context) {
    const { folders } = await startSession(context)
    const found = await findApp(folders, await appName(args.app, context))
    const folder = args.failed ? failedFolder(homeOf(found.folder)) : found.folder
    let text = ''
    for await (const part of readLogs(folder, { lines: args.lines, follow: args.follow, signal: context.signal })) {
      context.terminal.chunk(part)
      if (context.terminal.json === 'envelope') text += part
    }
    return { data: { text } }
  },
})
