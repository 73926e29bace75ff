import { readLogs } from '@mse/core/serve/logs'
import { failedFolder } from '@mse/core/launch/launched'
import { findApp, homeOf } from '@mse/core/state/app'
import { appArgument } from '../app-name.ts'
import { defineCommand, flag, integer, type Command, type Context } from '../command.ts'
import { findTarget, operatorArgument, type Target } from '../operator-argument.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse logs helloworld', 'what it has printed'],
    ['mse logs -f', 'what the application of this folder prints, as it comes'],
  ],
  related: ['status', 'stop'],
  arguments: {
    app: appArgument,
    operator: operatorArgument,
    failed: flag('of the last deployment that failed while another one served'),
    follow: flag('go on with what comes', { short: 'f' }),
    lines: integer('how many lines from the end', { short: 'n', default: 1000, minimum: 0 }),
  },
  async run(args, context) {
    let text = ''
    for await (const part of await read(await findTarget(args, context), args, context)) {
      context.terminal.chunk(part)
      if (context.terminal.json === 'envelope') text += part
    }
    return { data: { text } }
  },
})

interface Wanted {
  readonly failed: boolean
  readonly follow: boolean
  readonly lines: number
}

async function read({ name, client }: Target, wanted: Wanted, context: Context): Promise<AsyncIterable<string>> {
  const { failed, follow, lines } = wanted
  if (client !== undefined) {
    return client.text('logs', { name, query: { lines: `${lines}`, follow: `${follow}`, failed: `${failed}` } })
  }
  const { folders } = await startSession(context)
  const { folder } = await findApp(folders, name)
  return readLogs(failed ? failedFolder(homeOf(folder)) : folder, { lines, follow, signal: context.signal })
}
